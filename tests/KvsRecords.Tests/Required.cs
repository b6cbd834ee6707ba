using KvsRecords.ArchiveReaders;

namespace KvsRecords.Tests;

/// <summary>Programs that a developer may do without, and the build server may not.</summary>
internal static class Required
{
    /// <summary>Gives the reader; without its program it skips the test, or fails it where the variable CI is "true".</summary>
    public static T OnCi<T>(T reader)
        where T : IArchiveReader
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.True(reader.IsInstalled, $"{reader.Program} is not installed");
        Assert.SkipUnless(reader.IsInstalled, $"{reader.Program} is not installed");
        return reader;
    }
}
