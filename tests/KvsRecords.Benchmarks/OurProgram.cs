using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KvsRecords.Benchmarks;

/// <summary>The kvs-records executable.</summary>
internal sealed class OurProgram(FileInfo executable)
{
    public const string ShortName = "ours";

    /// <summary>Whose token the requests bear, unless a configuration says otherwise.</summary>
    public const string Token = "apify_api_dev";

    /// <summary>What the native compiler calls this machine.</summary>
    public static string Runtime { get; } = RuntimeInformation.RuntimeIdentifier;

    public string Executable => executable.FullName;

    public string Folder => executable.DirectoryName!;

    public string Version
    {
        get
        {
            // A build has its version in the assembly beside it; a single file does not tell it without being run.
            return File.Exists(Assembly) ? $"kvs-records {FileVersionInfo.GetVersionInfo(Assembly).ProductVersion}" : executable.Name;
        }
    }

    /// <summary>Whether the runtime can be told to run something else in its process, too.</summary>
    public bool RunsHooks => File.Exists(Assembly);

    private string Assembly => Path.ChangeExtension(executable.FullName, "dll");

    /// <summary>The one that the settings name, or else the Release build of the repository that the current folder is in.</summary>
    public static OurProgram Find(Settings settings)
    {
        var executable = settings.Server ?? InRepository("kvs-records") ?? throw new NotHereException("no Release build in this repository");
        return executable.Exists ? new OurProgram(executable) : throw new NotHereException($"no file {executable}");
    }

    /// <summary>The one that the settings name, or else the native program that was published in the repository.</summary>
    public static OurProgram FindNative(Settings settings) => new(
        settings.Server ?? InRepository($"{Runtime}/publish/kvs-records")
        ?? throw new NotHereException($"no native program in this repository; 'dotnet publish -c Release -r {Runtime} src/KvsRecords.Server' makes it"));

    /// <summary>Starts it on a free port, without the rate limit.</summary>
    public ProcessStartInfo Serve(params IEnumerable<string> arguments) =>
        new(executable.FullName, [.. arguments, "--port", "0", "--rate-limit", "off"]);

    private static FileInfo? InRepository(string file)
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            var executable = Path.Combine(folder.FullName, "src", "KvsRecords.Server", "bin", "Release", "net10.0", file);
            if (File.Exists(executable))
                return new FileInfo(executable);
        }
        return null;
    }
}
