namespace KvsRecords.Unix;

/// <summary>The state of a file's content, or of a folder's names. While it is the same, so is the content, but for a change within one tick.</summary>
/// <param name="Modified">When its content was last changed, in nanoseconds since 1970.</param>
/// <param name="Changed">When its content or its attributes were last changed, in nanoseconds since 1970.</param>
/// <param name="Inode">The number of the file in its file system; 0 on Windows.</param>
/// <param name="Length">The length, in bytes.</param>
internal readonly record struct FileStamp(long Modified, long Changed, long Inode, long Length);
