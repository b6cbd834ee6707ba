namespace KvsRecords.Storage;

/// <summary>
/// A snapshot whose records lie ready as ZIP members. MUST give the same members, byte for byte, however often and from wherever they
/// are read, whatever is written meanwhile.
/// </summary>
public interface IPackedSnapshot : IRecordSnapshot
{
    /// <summary>What the members are all together, known without reading them.</summary>
    PackedTotals Totals { get; }

    /// <summary>
    /// What tells these members from every other state that this store, or another one, had or will have, also after a restart: letters,
    /// digits and dashes.
    /// </summary>
    string Version { get; }

    /// <summary>When the store, or a record of it, was last changed.</summary>
    DateTimeOffset LastModified { get; }

    /// <summary>Begins to read the members in the order of their keys.</summary>
    /// <param name="from">The key to begin with; null: the first.</param>
    /// <param name="withBodies">Whether <see cref="IMemberReader.Body"/> is asked for. Without, it MUST NOT cost anything.</param>
    IMemberReader ReadMembers(string? from, bool withBodies);
}
