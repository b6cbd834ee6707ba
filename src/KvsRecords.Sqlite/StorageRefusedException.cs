namespace KvsRecords.Sqlite;

/// <summary>A folder cannot be used as a storage; the message says why, and it was left as it was.</summary>
/// <param name="message">Why.</param>
/// <param name="cause">What the system said, or null.</param>
public sealed class StorageRefusedException(string message, Exception? cause = null) : IOException(message, cause);
