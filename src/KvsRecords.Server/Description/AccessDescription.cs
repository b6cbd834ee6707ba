namespace KvsRecords.Server.Description;

/// <summary>What lets a caller in, as metadata of an endpoint: always a token; where something is read, also a signature, or nothing at all.</summary>
internal sealed record AccessDescription(bool IsForReaders);
