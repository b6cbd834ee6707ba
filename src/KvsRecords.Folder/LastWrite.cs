using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Folder;

/// <summary>
/// When a file was last written. File systems keep times that .NET has no value for, and then fails: such a time MUST be one
/// that no archive can hold either, and that is clamped like all of those.
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
