using System.Diagnostics;
using System.Globalization;

namespace KvsRecords.StorageContract;

/// <summary>What the program KvsRecords.Victim has begun and done so far, over all of its runs, and the records that are there then.</summary>
public sealed class DeedHistory
{
    private readonly int[] _begun = Enumerable.Repeat(-1, Deed.Writers).ToArray();
    private readonly int[] _done = Enumerable.Repeat(-1, Deed.Writers).ToArray();
    private readonly Dictionary<string, byte[]?> _model = [];

    /// <summary>How many deeds each writer has done.</summary>
    public IEnumerable<int> Done => _done.Select(number => number + 1);

    /// <summary>The records that are there, in the order of their keys.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]?>> Records =>
        [.. _model.Where(each => each.Value is not null).OrderBy(each => each.Key, StringComparer.Ordinal)];

    /// <summary>Starts the program, which goes on after what was begun. Its standard output is to be given to <see cref="Note"/>.</summary>
    /// <param name="place">The storage to write to.</param>
    public Process Start(string place)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Join(AppContext.BaseDirectory, "KvsRecords.Victim.dll"));
        start.ArgumentList.Add(place);
        foreach (var number in _begun)
            start.ArgumentList.Add((number + 1).ToString(CultureInfo.InvariantCulture));
        return Process.Start(start)!;
    }

    /// <summary>Notes a line of the program. The end of the program may have cut the last one, which then says nothing.</summary>
    public void Note(string line)
    {
        var parts = line.Split(' ');
        if (parts.Length != 3 || !int.TryParse(parts[1], out var writer) || !int.TryParse(parts[2], out var number))
            return;

        if (parts[0] == "b" && number == _begun[writer] + 1)
            _begun[writer] = number;
        else if (parts[0] == "d" && number == _begun[writer])
            Do(writer, number);
    }

    /// <summary>Finds out which of what was begun and not answered is done: it may be or not, but not by half.</summary>
    /// <param name="read">Reads the record of a key.</param>
    public async Task SettleAsync(Func<string, Task<byte[]?>> read)
    {
        for (var writer = 0; writer < Deed.Writers; writer++)
        {
            if (_begun[writer] == _done[writer])
                continue;

            var deed = Deed.Of(writer, _begun[writer]);
            if (Same(await read(deed.Key), deed.Value))
                Do(writer, _begun[writer]);
        }
    }

    private void Do(int writer, int number)
    {
        var deed = Deed.Of(writer, number);
        _model[deed.Key] = deed.Value;
        _done[writer] = number;
    }

    private static bool Same(byte[]? one, byte[]? other) =>
        one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}
