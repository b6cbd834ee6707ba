using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>The kvs-records server.</summary>
internal sealed class OurServer(FileInfo executable) : Contender
{
    public const string ShortName = "ours";

    public override string Name => ShortName;

    public override string About
    {
        get
        {
            // A build has its version in the assembly beside it; a single file does not tell it without being run.
            var assembly = Path.ChangeExtension(executable.FullName, "dll");
            return File.Exists(assembly) ? $"kvs-records {FileVersionInfo.GetVersionInfo(assembly).ProductVersion}" : executable.Name;
        }
    }

    public override ProcessStartInfo Command(DataSet set) =>
        new(executable.FullName, ["--storage", set.Storage, "--port", "0", "--rate-limit", "off"]);

    public override Uri Archive(Uri origin, DataSet set) => new(origin, $"/v2/key-value-stores/dev~{set.Name}/records");

    /// <summary>The Release build of the repository that the current folder is in.</summary>
    public static FileInfo? InRepository()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            var executable = Path.Combine(folder.FullName, "src", "KvsRecords.Server", "bin", "Release", "net10.0", "kvs-records");
            if (File.Exists(executable))
                return new FileInfo(executable);
        }
        return null;
    }
}
