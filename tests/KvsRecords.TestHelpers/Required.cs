using KvsRecords.ArchiveReaders;

namespace KvsRecords.TestHelpers;

/// <summary>Programs that a developer may do without, and the build server may not.</summary>
public static class Required
{
    private static bool IsCi => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Skips the test where the program is missing; where everything is checked, nothing may be skipped.</summary>
    public static void Program(string name) => Assert.SkipUnless(IsCi || Installed.Has(name), $"{name} is not installed.");

    /// <summary>Gives the reader; without its program it skips the test, or fails it where everything is checked.</summary>
    public static T OnCi<T>(T reader)
        where T : IArchiveReader
    {
        if (IsCi)
            Assert.True(reader.IsInstalled, $"{reader.Program} is not installed");
        Assert.SkipUnless(reader.IsInstalled, $"{reader.Program} is not installed");
        return reader;
    }
}
