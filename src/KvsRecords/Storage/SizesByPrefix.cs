using System.Buffers;
using System.Text;

namespace KvsRecords.Storage;

/// <summary>
/// The sizes of records by the next part of their keys: what stands between a prefix and the end of the next separator. A key without one is
/// a part by itself. Only the largest parts are kept.
/// </summary>
/// <remarks>Records MUST be added in the order of their keys: then all records of a part follow each other.</remarks>
/// <param name="prefix">The prefix of all keys that are added.</param>
public sealed class SizesByPrefix(string prefix)
{
    /// <summary>Limits the parts that are kept: more are not seen in a picture.</summary>
    public const int MaxParts = 40;

    // Sorting them now and then costs less than keeping them sorted.
    private const int MaxUnsorted = 10 * MaxParts;

    private static readonly SearchValues<byte> Separators = SearchValues.Create("-_./: "u8);

    private readonly int _prefixLength = Encoding.UTF8.GetByteCount(prefix);
    private readonly List<SizeOfSome> _largest = [];
    private byte[] _part = [];
    private int _partLength;
    private bool _isKey;
    private long _partRecords;
    private long _partBytes;
    private long _least;

    /// <summary>Counts the records that were added.</summary>
    public long Records { get; private set; }

    /// <summary>Sums up the lengths of their values.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a record.</summary>
    /// <param name="key">The key, in UTF-8.</param>
    /// <param name="length">The length of the value, in bytes.</param>
    public void Add(ReadOnlySpan<byte> key, long length)
    {
        var separator = key[_prefixLength..].IndexOfAny(Separators);
        var part = separator < 0 ? key : key[..(_prefixLength + separator + 1)];
        if (!part.SequenceEqual(_part.AsSpan(0, _partLength)))
        {
            EndPart();
            Begin(part, isKey: separator < 0);
        }

        Records++;
        Bytes += length;
        _partRecords++;
        _partBytes += length;
    }

    /// <summary>Lists the largest parts, the largest first. All others are what remains of the sums.</summary>
    public IReadOnlyList<SizeOfSome> Largest()
    {
        EndPart();
        KeepLargest();
        return _largest;
    }

    private void Begin(ReadOnlySpan<byte> part, bool isKey)
    {
        if (_part.Length < part.Length)
            _part = new byte[part.Length * 2];
        part.CopyTo(_part);
        (_partLength, _isKey) = (part.Length, isKey);
    }

    private void EndPart()
    {
        if (_partRecords > 0 && _partBytes >= _least)
        {
            _largest.Add(new SizeOfSome(Encoding.UTF8.GetString(_part, 0, _partLength), _isKey, _partRecords, _partBytes));
            if (_largest.Count == MaxUnsorted)
                KeepLargest();
        }

        (_partRecords, _partBytes, _partLength) = (0, 0, 0);
    }

    private void KeepLargest()
    {
        _largest.Sort(SizeOfSome.Compare);
        if (_largest.Count <= MaxParts)
            return;

        _largest.RemoveRange(MaxParts, _largest.Count - MaxParts);
        _least = _largest[^1].StorageBytes;
    }
}
