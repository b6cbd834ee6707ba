using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Folder;

/// <summary>
/// The time when a file was last written. .NET throws for some times that file systems hold: such a time MUST become one that no archive
/// can hold either, and that is clamped like all of those.
/// </summary>
internal static class LastWrite
{
    public static DateTimeOffset Of(SafeFileHandle file)
    {
        try
        {
            return new DateTimeOffset(File.GetLastWriteTimeUtc(file));
        }
        catch (ArgumentOutOfRangeException)
        {
            return DateTimeOffset.MaxValue;
        }
    }
}
