using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>The kvs-records program, jitted or native.</summary>
internal sealed class Ours(FileInfo executable)
{
    public const string Name = "ours";

    /// <summary>The token of the requests: the one that the server accepts without a configuration.</summary>
    public const string Token = "apify_api_dev";

    public string Executable => executable.FullName;

    public string Folder => executable.DirectoryName!;

    /// <summary>Finds the program that the settings name, or else the Release build of this repository.</summary>
    public static Ours Find(Settings settings) => Find(settings, "kvs-records", "dotnet build -c Release src/KvsRecords.Server");

    /// <summary>Finds the program that the settings name, or else the native program of this repository.</summary>
    public static Ours FindNative(Settings settings)
    {
        var runtime = RuntimeInformation.RuntimeIdentifier;
        return Find(settings, $"{runtime}/publish/kvs-records", $"dotnet publish -c Release -r {runtime} src/KvsRecords.Server");
    }

    /// <summary>Makes the command that serves managed stores from a folder, which is made where there is none.</summary>
    public ProcessStartInfo Managed(string folder, params string[] arguments) => Serve(["--data", folder, .. arguments]);

    /// <summary>Starts a server with a managed store that holds the set; <paramref name="folder"/> is filled at the first start.</summary>
    public Task<Server> ServeManagedAsync(DataSet set, string folder, CancellationToken cancel, string name = Name, params string[] arguments) =>
        Server.StartAsync(
            name, Managed(folder, [.. arguments, .. Directory.Exists(folder) ? [] : (string[])["--seed", set.Storage]]), Archive(set.Name), cancel);

    /// <summary>Starts a server with managed stores in PostgreSQL.</summary>
    public Task<Server> ServeDatabaseAsync(string connection, IEnumerable<string> arguments, CancellationToken cancel) =>
        Server.StartAsync(Name, Serve(["--database", connection, .. arguments]), "/", cancel);

    /// <summary>Starts a server with a live storage folder.</summary>
    public Task<Server> ServeLiveAsync(string storage, string path, CancellationToken cancel, params string[] arguments) =>
        Server.StartAsync(Name, Serve(["--storage", storage, .. arguments]), path, cancel);

    /// <summary>The path of a store's archive.</summary>
    public static string Archive(string store) => $"/v2/key-value-stores/dev~{store}/records";

    // Without a line for each request, since the peers write none.
    private ProcessStartInfo Serve(IEnumerable<string> arguments) =>
        new(Executable, [.. arguments, "--port", "0", "--rate-limit", "off", "--log-level", "warning"]);

    private static Ours Find(Settings settings, string file, string command)
    {
        if (settings.Server is { } named)
            return named.Exists ? new Ours(named) : throw new NotHereException($"There is no file {named}.");
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            var built = new FileInfo(Path.Combine(folder.FullName, "src/KvsRecords.Server/bin/Release/net10.0", file));
            if (built.Exists)
                return new Ours(built);
        }
        throw new NotHereException($"There is no {file} in this repository; '{command}' makes it.");
    }
}
