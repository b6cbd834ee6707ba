namespace KvsRecords.ArchiveReaders;

/// <summary>A reader refused an archive; the message is the reader's own.</summary>
public sealed class UnreadableArchiveException(string message) : Exception(message);
