namespace KvsRecords.Storage;

/// <summary>A place cannot be used as a storage; the message says why, and it was left as it was.</summary>
/// <param name="message">Why.</param>
/// <param name="cause">What the system said, or null.</param>
public sealed class StorageRefusedException(string message, Exception? cause = null) : IOException(message, cause);

/// <summary>The storage cannot be reached just now, as while another of its machines takes over. The same call may succeed soon.</summary>
/// <param name="message">What was tried.</param>
/// <param name="cause">What the system said, or null.</param>
public sealed class StorageUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
