using System.Globalization;
using KvsRecords.Archive;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>
/// Copies of small records that lie beside each other, ready to be sent at once: 50,000 of them took 15 ms in place of 41. They are
/// made while nobody writes to a store, are forgotten when one of their records changes, and at the end of the process; so nothing
/// rests on them.
/// </summary>
internal sealed class Packs(string folder)
{
    // Small records are on the disk twice; what is packed after so much of them is not worth the room.
    private const long MostBytes = 1L << 30;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, List<Pack>> _stores = [];
    private readonly Dictionary<long, long> _tried = [];
    private long _bytes;
    private long _lastFile;

    /// <summary>Removes what the last run of the program left, and no other files.</summary>
    public void Open()
    {
        OwnFiles.CreateFolder(folder);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (long.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                Pack.Delete(file);
                _lastFile = Math.Max(_lastFile, number);
            }
        }
    }

    /// <summary>The name of a file for another one.</summary>
    public string NewPath() =>
        Path.Join(folder, Interlocked.Increment(ref _lastFile).ToString(CultureInfo.InvariantCulture));

    /// <summary>The next pack at or after a key whose records a store holds at a revision, all of which are in a range.</summary>
    public Pack? Next(StoreTotals totals, RecordKey from, bool inclusive, KeyRange range)
    {
        lock (_lock)
        {
            if (!_stores.TryGetValue(totals.Store, out var packs))
                return null;

            for (var i = Position(packs, from); i < packs.Count && range.Contains(packs[i].First.Text); i++)
            {
                var pack = packs[i];
                if (pack.Born <= totals.Revision && range.Contains(pack.Last.Text) && (inclusive || pack.First != from))
                    return pack;
            }

            return null;
        }
    }

    /// <summary>
    /// A record comes, changes or goes. MUST be said before it is committed: nobody who sees it may find a pack without it.
    /// </summary>
    public void Touch(long store, RecordKey key)
    {
        lock (_lock)
        {
            if (!_stores.TryGetValue(store, out var packs))
                return;

            var next = Position(packs, key);
            if (next < packs.Count && packs[next].First == key)
                next++;
            if (next > 0 && packs[next - 1].Last >= key)
                Remove(packs, next - 1);
        }
    }

    /// <summary>Whether to pack a store: once for each of its states, unless what was packed is gone.</summary>
    public bool Begin(StoreTotals totals)
    {
        lock (_lock)
        {
            var isNew = !_tried.TryGetValue(totals.Store, out var revision) || revision != totals.Revision;
            _tried[totals.Store] = totals.Revision;
            return isNew;
        }
    }

    /// <summary>Takes a pack in. The store MUST still hold what it has; false: there are too many.</summary>
    public bool TryAdd(Pack pack)
    {
        lock (_lock)
        {
            if (_bytes > MostBytes)
                return false;

            if (!_stores.TryGetValue(pack.Store, out var packs))
                _stores.Add(pack.Store, packs = []);
            packs.Insert(Position(packs, pack.First), pack);
            _bytes += MemberPack.FileLengthOf(pack.Totals);
            return true;
        }
    }

    /// <summary>A pack is not as it was made.</summary>
    public void Remove(Pack pack)
    {
        lock (_lock)
        {
            if (_stores.TryGetValue(pack.Store, out var packs) && packs.IndexOf(pack) is >= 0 and var index)
                Remove(packs, index);
        }
    }

    /// <summary>The store is gone.</summary>
    public void Forget(long store)
    {
        lock (_lock)
        {
            _tried.Remove(store);
            if (_stores.Remove(store, out var packs))
                Delete(packs);
        }
    }

    /// <summary>The room is needed for something else, or the process ends.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            foreach (var packs in _stores.Values)
                Delete(packs);
            _stores.Clear();
            _tried.Clear();
        }
    }

    // The first that does not begin before a key.
    private static int Position(List<Pack> packs, RecordKey key)
    {
        var (low, high) = (0, packs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = packs[middle].First < key ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void Remove(List<Pack> packs, int index)
    {
        Delete([packs[index]]);
        packs.RemoveAt(index);
    }

    // Whoever has opened one reads on.
    private void Delete(List<Pack> packs)
    {
        foreach (var pack in packs)
        {
            _bytes -= MemberPack.FileLengthOf(pack.Totals);
            pack.Delete();
        }
    }
}
