using CsCheck;
using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

/// <summary>Whatever is done in whatever order, the storage holds what a dictionary would, and a snapshot what one did.</summary>
public sealed class ModelTests
{
    private static readonly string[] Names = ["a", "b"];
    private static readonly string[] Keys = ["k", "k1", "é", "\uFFFF", "😀", "z/z"];

    private static readonly Gen<Operation> Any = Gen.Frequency(
        (12, Gen.Select(Gen.Int[0, 1], Gen.Int[0, 5], Gen.OneOf(0, 1, 700, 16_384, 16_385, 40_000), Gen.Int[0, 99], Put)),
        (5, Gen.Select(Gen.Int[0, 1], Gen.Int[0, 5], (name, key) => new Operation($"delete {name} {key}", m => m.DeleteAsync(name, key)))),
        (1, Gen.Int[0, 1].Select(name => new Operation($"delete store {name}", m => m.DeleteStoreAsync(name)))),
        (3, Gen.Int[0, 1].Select(name => new Operation($"open {name}", m => m.OpenAsync(name)))),
        (2, Gen.Const(new Operation("close", m => m.CloseOldestAsync()))),
        (1, Gen.Const(new Operation("sweep", m => m.SweepAsync()))),
        (1, Gen.Const(new Operation("restart", m => m.RestartAsync()))));

    [Fact]
    public Task The_storage_is_always_what_the_model_is() =>
        Any.Array[1, 40].SampleAsync(
            async operations =>
            {
                await using var machine = new Machine();
                foreach (var operation in operations)
                {
                    await operation.Run(machine);
                    await machine.CheckAsync();
                }

                await machine.RestartAsync();
                await machine.CheckAsync();
                await machine.CheckNothingIsLeftAsync();
            },
            iter: 60,
            threads: 1);

    private static Operation Put(int name, int key, int length, int seed) =>
        new($"put {name} {key} {length}", machine => machine.PutAsync(name, key, Sample.Random(length, seed)));

    private sealed record Operation(string Name, Func<Machine, Task> Run)
    {
        public override string ToString() => Name;
    }

    private sealed class Machine : IAsyncDisposable
    {
        private readonly StorageInFolder _folder = new();
        private readonly Dictionary<string, SortedDictionary<string, byte[]>> _model = [];
        private readonly List<(IRecordSnapshot Snapshot, SortedDictionary<string, byte[]> Contents)> _open = [];

        public async Task PutAsync(int name, int key, byte[] value)
        {
            await _folder.PutAsync(await _folder.StoreAsync(Names[name]), Keys[key], value);
            Model(name)[Keys[key]] = value;
        }

        public async Task DeleteAsync(int name, int key)
        {
            var store = await _folder.StoreAsync(Names[name]);
            var deleted = await _folder.Storage.DeleteAsync(store, new RecordKey(Keys[key]), StorageInFolder.Running);
            Assert.Equal(Model(name).Remove(Keys[key]), deleted);
        }

        public async Task DeleteStoreAsync(int name)
        {
            Assert.True(await _folder.Storage.DeleteAsync(await _folder.StoreAsync(Names[name]), StorageInFolder.Running));
            _model.Remove(Names[name]);
        }

        public async Task OpenAsync(int name)
        {
            var store = await _folder.StoreAsync(Names[name]);
            _open.Add((await _folder.OpenAsync(store), new(Model(name), StringComparer.Ordinal)));
        }

        public async Task CloseOldestAsync()
        {
            if (_open.Count == 0)
                return;

            await _open[0].Snapshot.DisposeAsync();
            _open.RemoveAt(0);
        }

        public Task SweepAsync() => _folder.Storage.SweptAsync();

        public async Task RestartAsync()
        {
            _open.Clear();
            await _folder.RestartAsync();
        }

        public async Task CheckAsync()
        {
            var stores = await _folder.Storage.ListAsync(StorageInFolder.Running);
            Assert.Equal(_model.Keys.Order(), stores.Select(store => store.Name).Order());
            foreach (var store in stores)
            {
                await using var snapshot = await _folder.OpenAsync(store);
                await CheckAsync(snapshot, _model[store.Name!]);
            }

            foreach (var (snapshot, contents) in _open)
                await CheckAsync(snapshot, contents);
        }

        public async Task CheckNothingIsLeftAsync()
        {
            await SweepAsync();
            var records = _model.Values.SelectMany(contents => contents.Values).ToList();
            Assert.Equal(records.Count, _folder.RowsOf("records"));
            Assert.Equal(records.Count(value => value.Length > 16 * 1024), _folder.BodyFiles.Count());
            Assert.Equal("ok", _folder.Ask("pragma integrity_check"));
        }

        public ValueTask DisposeAsync() => _folder.DisposeAsync();

        private static async Task CheckAsync(IRecordSnapshot snapshot, SortedDictionary<string, byte[]> expected)
        {
            var contents = await snapshot.ContentsAsync(StorageInFolder.Running);
            Assert.Equal(expected.Keys, contents.Keys);
            Assert.All(expected, each => Assert.Equal(each.Value, contents[each.Key]));
            var keys = await snapshot.KeysAsync(StorageInFolder.Running);
            Assert.Equal(keys.Order(Comparer<string>.Create(NastyText.Utf8Order)), keys);
            var totals = ((ICompressedSnapshot)snapshot).Totals;
            Assert.Equal((expected.Count, expected.Values.Sum(value => value.Length)), (totals.Records, totals.CompressedBytes));
        }

        private SortedDictionary<string, byte[]> Model(int name)
        {
            if (!_model.TryGetValue(Names[name], out var contents))
                _model.Add(Names[name], contents = new(StringComparer.Ordinal));
            return contents;
        }
    }
}
