using System.Text;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Records;

/// <summary>
/// The range of keys that a filter lets through: none, one, or all with a prefix. A page then costs what it has, and not what lies between.
/// </summary>
internal readonly struct KeyRange
{
    private readonly string _prefix;
    private readonly byte[] _prefixBytes;
    private readonly bool _isOne;

    public KeyRange(RecordFilter filter)
    {
        _prefix = filter.CommonPrefix;
        _prefixBytes = Encoding.UTF8.GetBytes(_prefix);
        _isOne = filter.Collection?.Key is not null;

        // Where prefix and collection contradict each other, the longer of the two does not have both.
        IsEmpty = !Stored.IsWellFormed(_prefix) || !filter.Matches(new RecordKey(_prefix));
    }

    public bool IsEmpty { get; }

    /// <summary>Gives the key where the page after a key begins, and whether a record of that key belongs to it.</summary>
    public (string From, bool Inclusive) StartAfter(string? after) =>
        after is null || new RecordKey(after) < new RecordKey(_prefix) ? (_prefix, true) : (after, false);

    /// <summary>Checks that a key at or after the start is let through; if not, none after it is.</summary>
    public bool Contains(string key) => _isOne ? key == _prefix : key.StartsWith(_prefix, StringComparison.Ordinal);

    /// <inheritdoc cref="Contains(string)"/>
    public bool Contains(ReadOnlySpan<byte> key) => _isOne ? key.SequenceEqual(_prefixBytes) : key.StartsWith(_prefixBytes);
}
