using System.Security.Cryptography;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Server.Tests;

/// <summary>
/// What one writer does to the records that it alone writes, and every state that these were in. A state never comes back: each value is
/// another one, and what was written last is not deleted. Of values the SHA-256 is kept.
/// </summary>
internal sealed class WriterHistory(int writer)
{
    private const int Keys = 10;

    private readonly Random _random = new(writer);
    private readonly Lock _lock = new();
    private readonly List<Dictionary<string, string>> _states = [[]];
    private int _done;
    private string _last = "";

    /// <summary>How many changes are done for certain.</summary>
    public int Done
    {
        get
        {
            lock (_lock)
                return _done;
        }
    }

    /// <summary>How many changes may be done.</summary>
    public int Begun
    {
        get
        {
            lock (_lock)
                return _states.Count - 1;
        }
    }

    /// <summary>Makes the next change: a key with its new value, or with null where the record is deleted.</summary>
    public async Task ChangeAsync(Func<string, byte[]?, Task> change)
    {
        var (key, value) = Next();
        await change(key, value);
        lock (_lock)
            _done++;
    }

    /// <summary>After how many changes the records of this writer were what an archive holds of them; null: never.</summary>
    public int? Find(ZipLayout archive, int from, int to)
    {
        var members = archive.Members.Where(member => member.Name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(member => member.Name, member => Hash(archive.ContentOf(member)));
        lock (_lock)
        {
            for (var changes = from; changes <= to; changes++)
            {
                if (IsSame(_states[changes], members))
                    return changes;
            }
        }

        return null;
    }

    private string Prefix => $"{(char)('a' + writer)}-";

    private (string Key, byte[]? Value) Next()
    {
        lock (_lock)
        {
            var state = new Dictionary<string, string>(_states[^1]);
            var key = $"{Prefix}{_random.Next(Keys):D2}";
            if (key != _last && state.ContainsKey(key) && _random.Next(3) == 0)
            {
                state.Remove(key);
                _states.Add(state);
                return (key, null);
            }

            // Half of them have files.
            var value = new byte[_random.Next(2) == 0 ? _random.Next(4, 2_000) : _random.Next(16_385, 24_000)];
            if (_random.Next(2) == 0)
                _random.NextBytes(value);
            BitConverter.TryWriteBytes(value, _states.Count);
            state[key] = Hash(value);
            _states.Add(state);
            _last = key;
            return (key, value);
        }
    }

    private static bool IsSame(Dictionary<string, string> state, Dictionary<string, string> members) =>
        state.Count == members.Count && state.All(record => members.GetValueOrDefault(record.Key) == record.Value);

    private static string Hash(byte[] value) => Convert.ToHexString(SHA256.HashData(value));
}
