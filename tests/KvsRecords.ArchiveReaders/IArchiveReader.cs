namespace KvsRecords.ArchiveReaders;

/// <summary>A program that may be missing from a machine.</summary>
public interface IArchiveReader
{
    /// <summary>The command that runs it.</summary>
    string Program { get; }

    /// <summary>Whether it is.</summary>
    bool IsInstalled { get; }
}
