namespace KvsRecords.ArchiveReaders;

/// <summary>The programs that this machine finds by name.</summary>
public static class Installed
{
    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program)));

    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Scripts", name);
}
