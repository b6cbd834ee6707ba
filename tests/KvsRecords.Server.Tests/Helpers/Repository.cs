namespace KvsRecords.Server.Tests;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "KvsRecords.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests run outside of the source tree.");
    }
}
