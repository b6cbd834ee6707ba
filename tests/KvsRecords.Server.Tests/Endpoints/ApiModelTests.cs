using System.Text.Json;
using CsCheck;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>Whatever several clients do in whatever order, the API answers as a dictionary would, also after a restart.</summary>
public sealed class ApiModelTests
{
    private static readonly string[] Tokens = ["tok-alice", "tok-bob", "", "nobody's"];
    private static readonly string[] Users = ["alice", "bob"];
    private static readonly string[] Names = ["one", "two"];
    private static readonly string[] Keys = ["a", "a!", "A", "b(1)'", "b.json", "-_."];

    private static readonly Gen<int> Client = Gen.Int[0, Tokens.Length - 1];
    private static readonly Gen<int> Owner = Gen.Int[0, 1];

    private static readonly Gen<Operation> Any = Gen.Frequency(
        (3, Gen.Select(Client, Gen.Int[0, 1], (client, name) => new Operation($"{Tokens[client]} creates {Names[name]}", m => m.CreateAsync(client, Names[name])))),
        (12, Gen.Select(Client, Owner, Gen.Int[0, 1], Gen.Int[0, 5], Gen.OneOf(0, 1, 700, 16_385, 40_000), (client, owner, name, key, length) =>
            new Operation($"{Tokens[client]} puts {Keys[key]} of {length} into {Users[owner]}~{Names[name]}", m => m.PutAsync(client, owner, Names[name], Keys[key], length)))),
        (4, Gen.Select(Client, Owner, Gen.Int[0, 1], Gen.Int[0, 5], (client, owner, name, key) =>
            new Operation($"{Tokens[client]} deletes {Keys[key]} of {Users[owner]}~{Names[name]}", m => m.DeleteAsync(client, owner, Names[name], Keys[key])))),
        (3, Gen.Select(Client, Owner, Gen.Int[0, 1], Gen.Bool, (client, owner, name, open) =>
            new Operation($"{Tokens[client]} opens ({open}) {Users[owner]}~{Names[name]}", m => m.OpenAsync(client, owner, Names[name], open)))),
        (1, Gen.Select(Client, Owner, Gen.Int[0, 1], (client, owner, name) =>
            new Operation($"{Tokens[client]} deletes {Users[owner]}~{Names[name]}", m => m.DeleteStoreAsync(client, owner, Names[name])))),
        (1, Gen.Const(new Operation("restart", m => m.RestartAsync()))));

    [Fact]
    public Task The_API_always_answers_what_the_model_answers() =>
        Any.Array[1, 25].SampleAsync(
            async operations =>
            {
                await using var machine = new Machine();
                await machine.RestartAsync();
                foreach (var operation in operations)
                {
                    await operation.Run(machine);
                    await machine.CheckAsync();
                }

                await machine.RestartAsync();
                await machine.CheckAsync();
            },
            iter: 20,
            threads: 1);

    private sealed record Operation(string Name, Func<Machine, Task> Run)
    {
        public override string ToString() => Name;
    }

    private sealed class StoreModel(string id, int owner)
    {
        public string Id => id;

        public int Owner => owner;

        public bool IsOpen { get; set; }

        public SortedDictionary<string, (byte[] Value, string ContentType)> Records { get; } = new(StringComparer.Ordinal);

        /// <summary>Checks that a refusal says why.</summary>
        public int WritingStatus(int client, int allowed) =>
            client == Owner ? allowed : client < Users.Length ? 403 : 401;

        public int ReadingStatus(int client, int allowed) =>
            client == 3 ? 401 : client == Owner || IsOpen ? allowed : client < Users.Length ? 403 : 401;
    }

    private sealed class Machine : IAsyncDisposable
    {
        private readonly StorageFolder _folder = new();
        private readonly Dictionary<(int Owner, string Name), StoreModel> _model = [];
        private OwnServer? _server;
        private int _written;

        public async Task RestartAsync()
        {
            if (_server is not null)
                await _server.DisposeAsync();
            _server = await OwnServer.StartAsync(Configuration, flags: (Setting.Data, Path.Join(_folder.Path, "data")));
        }

        public async Task CreateAsync(int client, string name)
        {
            using var response = await SendAsync(HttpMethod.Post, $"?name={name}", client);
            if (client >= Users.Length)
            {
                Assert.Equal(401, (int)response.StatusCode);
                return;
            }

            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var id = json.RootElement.GetProperty("data").GetProperty("id").GetString()!;
            var isKnown = _model.TryGetValue((client, name), out var known);
            Assert.Equal(isKnown ? 200 : 201, (int)response.StatusCode);
            if (isKnown)
                Assert.Equal(known!.Id, id);
            else
                _model.Add((client, name), new StoreModel(id, client));
        }

        public async Task PutAsync(int client, int owner, string name, string key, int length)
        {
            var value = RandomBytes.Of(length, seed: ++_written);
            var contentType = $"application/x-{_written}";
            using var response = await SendAsync(
                HttpMethod.Put, $"/{Users[owner]}~{name}/records/{Uri.EscapeDataString(key)}", client, OwnServer.Body(value, contentType));
            var store = _model.GetValueOrDefault((owner, name));
            var expected = Expected(client, store, store => store.WritingStatus(client, 201));
            Assert.Equal(expected, (int)response.StatusCode);
            if (expected == 201)
                store!.Records[key] = (value, contentType);
        }

        public async Task DeleteAsync(int client, int owner, string name, string key)
        {
            using var response = await SendAsync(HttpMethod.Delete, $"/{Users[owner]}~{name}/records/{Uri.EscapeDataString(key)}", client);
            var store = _model.GetValueOrDefault((owner, name));
            var expected = Expected(client, store, store => store.WritingStatus(client, 204));
            Assert.Equal(expected, (int)response.StatusCode);
            if (expected == 204)
                store!.Records.Remove(key);
        }

        public async Task OpenAsync(int client, int owner, string name, bool open)
        {
            var access = open ? "ANYONE_WITH_NAME_CAN_READ" : "RESTRICTED";
            using var response = await SendAsync(
                HttpMethod.Put, $"/{Users[owner]}~{name}", client, OwnServer.Json($$"""{"generalAccess":"{{access}}"}"""));
            var store = _model.GetValueOrDefault((owner, name));
            var expected = Expected(client, store, store => store.WritingStatus(client, 200));
            Assert.Equal(expected, (int)response.StatusCode);
            if (expected == 200)
                store!.IsOpen = open;
        }

        public async Task DeleteStoreAsync(int client, int owner, string name)
        {
            using var response = await SendAsync(HttpMethod.Delete, $"/{Users[owner]}~{name}", client);
            var expected = Expected(client, _model.GetValueOrDefault((owner, name)), store => store.WritingStatus(client, 204));
            Assert.Equal(expected, (int)response.StatusCode);
            if (expected == 204)
                _model.Remove((owner, name));
        }

        public async Task CheckAsync()
        {
            for (var client = 0; client < Tokens.Length; client++)
            {
                foreach (var name in Names)
                {
                    for (var owner = 0; owner < Users.Length; owner++)
                        await CheckAsync(client, $"/{Users[owner]}~{name}", _model.GetValueOrDefault((owner, name)));
                }
            }

            for (var owner = 0; owner < Users.Length; owner++)
            {
                using var response = await SendAsync(HttpMethod.Get, "", owner);
                using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                Assert.Equal(
                    _model.Where(each => each.Key.Owner == owner).Select(each => each.Value.Id).Order(),
                    json.RootElement.GetProperty("data").GetProperty("items").EnumerateArray().Select(store => store.GetProperty("id").GetString()).Order());
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
                await _server.DisposeAsync();
            _folder.Dispose();
        }

        private async Task CheckAsync(int client, string path, StoreModel? store)
        {
            var expected = Expected(client, store, store => store.ReadingStatus(client, 200));
            using var keys = await SendAsync(HttpMethod.Get, $"{path}/keys", client);
            using var archive = await SendAsync(HttpMethod.Get, $"{path}/records", client);
            using var absent = await SendAsync(HttpMethod.Get, $"{path}/records/absent", client);
            Assert.Equal(expected, (int)keys.StatusCode);
            Assert.Equal(expected, (int)archive.StatusCode);
            Assert.Equal(expected == 200 ? 404 : expected, (int)absent.StatusCode);
            if (expected != 200)
                return;

            using var json = JsonDocument.Parse(await keys.Content.ReadAsStringAsync());
            Assert.Equal(
                store!.Records.Select(record => (record.Key, (long)record.Value.Value.Length)),
                json.RootElement.GetProperty("data").GetProperty("items").EnumerateArray()
                    .Select(item => (item.GetProperty("key").GetString()!, item.GetProperty("size").GetInt64())));
            var records = await RunningServer.ReadArchiveAsync(archive);
            Assert.Equal(store.Records.Keys, records.Keys);
            foreach (var (key, record) in store.Records)
            {
                Assert.Equal(record.Value, records[key]);
                using var one = await SendAsync(HttpMethod.Get, $"{path}/records/{Uri.EscapeDataString(key)}", client);
                Assert.Equal(record.Value, await one.Content.ReadAsByteArrayAsync());
                Assert.Equal(record.ContentType, one.Content.Headers.ContentType?.ToString());
            }
        }

        private static int Expected(int client, StoreModel? store, Func<StoreModel, int> status) =>
            client == 3 ? 401 : store is null ? 404 : status(store);

        private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, int client, HttpContent? content = null) =>
            _server!.SendAsync(method, $"/v2/key-value-stores{path}", content, Tokens[client]);

        private static string Configuration => """
            {"KvsRecords":{"Users":[
              {"Username":"alice","Tokens":["tok-alice"]},
              {"Username":"bob","Tokens":["tok-bob"]}
            ]}}
            """;
    }
}
