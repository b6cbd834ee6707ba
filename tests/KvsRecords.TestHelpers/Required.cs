namespace KvsRecords.Server.Tests;

/// <summary>Programs that a test cannot do without.</summary>
internal static class Required
{
    /// <summary>Skips the test where the program is missing; where everything is checked, nothing may be skipped.</summary>
    public static void Program(string name) => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("CI") == "true"
            || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, name))),
        $"{name} is not installed.");
}
