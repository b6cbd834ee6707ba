namespace KvsRecords.Server.Tests;

/// <summary>What another process has written so far.</summary>
internal static class Files
{
    /// <summary>The bytes in all files below a folder whose path within it has a text in it.</summary>
    public static long Written(string folder, string within = "") => new DirectoryInfo(folder)
        .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Where(file => Path.GetRelativePath(folder, file.FullName).Contains(within, StringComparison.Ordinal))
        .Sum(file => file.Length);
}
