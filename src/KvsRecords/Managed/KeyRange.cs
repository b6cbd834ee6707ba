using System.Text;
using KvsRecords.Stores;

namespace KvsRecords.Managed;

/// <summary>
/// The range of keys that a filter lets through: none, one, or all with a prefix. A page then costs what it has, and not what lies between.
/// </summary>
public readonly struct KeyRange
{
    private readonly string _prefix;
    private readonly byte[] _prefixBytes;
    private readonly bool _isOne;

    /// <summary>The range of what a filter lets through.</summary>
    public KeyRange(RecordFilter filter)
    {
        _prefix = filter.CommonPrefix;
        _prefixBytes = Encoding.UTF8.GetBytes(_prefix);
        _isOne = filter.Collection?.Key is not null;

        // Where prefix and collection contradict each other, the longer of the two does not have both.
        IsEmpty = !Stored.IsWellFormed(_prefix) || !filter.Matches(new RecordKey(_prefix));
    }

    /// <summary>True when no key can be in it.</summary>
    public bool IsEmpty { get; }

    /// <summary>Gives the key where the page after a key begins, and whether a record of that key belongs to it.</summary>
    public (string From, bool Inclusive) StartAfter(string? after) =>
        after is null || new RecordKey(after) < new RecordKey(_prefix) ? (_prefix, true) : (after, false);

    /// <summary>Gives the first key that can be in it, and the first one after it; null: it goes to the end.</summary>
    public (string From, string? To) Bounds => (_prefix, _isOne ? _prefix + '\u0001' : After(_prefix));

    /// <summary>Checks that a key at or after the start is let through; if not, none after it is.</summary>
    public bool Contains(string key) => _isOne ? key == _prefix : key.StartsWith(_prefix, StringComparison.Ordinal);

    /// <inheritdoc cref="Contains(string)"/>
    public bool Contains(ReadOnlySpan<byte> key) => _isOne ? key.SequenceEqual(_prefixBytes) : key.StartsWith(_prefixBytes);

    // The order of UTF-8 is that of code points, of which surrogates are none.
    private static string? After(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0)
        {
            var last = runes[^1].Value;
            runes.RemoveAt(runes.Count - 1);
            if (last < 0x10FFFF)
                return string.Concat(runes) + new Rune(last == 0xD7FF ? 0xE000 : last + 1);
        }

        return null;
    }
}
