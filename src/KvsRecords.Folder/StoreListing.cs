using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>The records of a store as its folder was listed: names and sidecars, no values. Immutable.</summary>
internal sealed class StoreListing
{
    // Of a 64-bit runtime: an entry of the list, and a sidecar with its content.
    private const int RecordSize = 32;
    private const int SidecarSize = 136;
    private const int TextSize = 24;

    private readonly RecordFile[] _records;

    private StoreListing(RecordFile[] records, IReadOnlyList<Sidecar> sidecars, IReadOnlyList<NoRecordFiles> noRecords)
    {
        (_records, Sidecars, NoRecords) = (records, sidecars, noRecords);
        Damaged = [.. sidecars.Where(sidecar => sidecar.Problem == NoRecordReason.DamagedSidecar)];
        Bytes = SizeOf(records, sidecars);
    }

    public static StoreListing Empty { get; } = new([], [], []);

    /// <summary>The records in the order of their keys, each key once.</summary>
    public ReadOnlySpan<RecordFile> Records => _records;

    /// <summary>All sidecars, also those without a value.</summary>
    public IReadOnlyList<Sidecar> Sidecars { get; }

    /// <summary>The sidecars that were no whole JSON. One that is being written becomes whole without a change of the folder.</summary>
    public IReadOnlyList<Sidecar> Damaged { get; }

    /// <summary>The files that are no records.</summary>
    public IReadOnlyList<NoRecordFiles> NoRecords { get; }

    /// <summary>Reads the states of the files.</summary>
    public FolderVersions Versions { get; } = new();

    /// <summary>About how much memory it takes, in bytes.</summary>
    public long Bytes { get; }

    /// <summary>Lists a store's folder.</summary>
    /// <param name="files">The store's files.</param>
    /// <param name="inputs">The keys of the input.</param>
    /// <param name="before">The listing before, whose sidecars are read again only where they have changed.</param>
    /// <param name="events">Hears of what is left out.</param>
    /// <exception cref="IOException">It cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be listed.</exception>
    public static StoreListing Read(StoreFiles files, InputKeys inputs, StoreListing? before, IFolderEvents events)
    {
        var names = FolderNames.List(files.Folder);
        var sidecars = new SidecarReader(files).Read(names.Sidecars, before?.Sidecars ?? []);
        var found = new RecordFinder(files, names, sidecars, inputs, events).Find();
        var records = new SameKeys(files, names.NoRecords, events).Join(found);
        return new StoreListing(records, sidecars, names.NoRecords.ToList());
    }

    /// <summary>The record with this key.</summary>
    public RecordFile? Find(RecordKey key) => IndexOf(key) is >= 0 and var index ? _records[index] : null;

    /// <summary>The place of the first record whose key is not before this one.</summary>
    public int LowerBound(RecordKey key) => IndexOf(key) is var index && index >= 0 ? index : ~index;

    private int IndexOf(RecordKey key) => Records.BinarySearch(new KeyComparison(key));

    private static long SizeOf(RecordFile[] records, IReadOnlyList<Sidecar> sidecars)
    {
        var size = records.Length * (long)RecordSize + sidecars.Count * (long)SidecarSize;
        foreach (var record in records)
            size += Own(record.FileName, record.Sidecar?.Name) + Own(record.Key.Text, record.Sidecar?.Content?.Key);
        foreach (var sidecar in sidecars)
            size += Text(sidecar.Name) + Own(sidecar.Content?.Key, sidecar.Name) + Text(sidecar.Content?.ValueFile);
        return size;

        static long Own(string? text, string? shared) => ReferenceEquals(text, shared) ? 0 : Text(text);

        static long Text(string? text) => text is null ? 0 : TextSize + 2L * text.Length;
    }

    private readonly struct KeyComparison(RecordKey key) : IComparable<RecordFile>
    {
        public int CompareTo(RecordFile other) => key.CompareTo(other.Key);
    }
}
