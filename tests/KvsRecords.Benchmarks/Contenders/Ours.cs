using System.Runtime.InteropServices;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>The kvs-records program, jitted or native.</summary>
internal sealed class Ours(FileInfo executable, CancellationToken cancel)
{
    public const string Name = "ours";

    /// <summary>The token of the requests: the one that the server accepts without a configuration.</summary>
    public const string Token = "apify_api_dev";

    /// <summary>The flag of a server that keeps no archives.</summary>
    public const string KeepNone = "--archive-cache=0";

    public FileInfo Executable => executable;

    /// <summary>Finds the program that the settings name, or else the Release build or the native program of this repository.</summary>
    public static Ours Find(Bench bench, bool isNative)
    {
        var runtime = RuntimeInformation.RuntimeIdentifier;
        var (file, command) = isNative
            ? ($"{runtime}/publish/kvs-records", $"dotnet publish -c Release -r {runtime} src/KvsRecords.Server")
            : ("kvs-records", "dotnet build -c Release src/KvsRecords.Server");
        if (bench.Settings.Server is { } named)
            return named.Exists ? new Ours(named, bench.Cancel) : throw new NotHereException($"There is no file {named}.");
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            var built = new FileInfo(Path.Combine(folder.FullName, "src/KvsRecords.Server/bin/Release/net10.0", file));
            if (built.Exists)
                return new Ours(built, bench.Cancel);
        }
        throw new NotHereException($"There is no {file} in this repository; '{command}' makes it.");
    }

    /// <summary>The path of a store's archive.</summary>
    public static string Archive(string store) => $"/v2/key-value-stores/dev~{store}/records";

    /// <summary>Starts a server, without a line for each request in its log, since the peers write none.</summary>
    public Task<Server> ServeAsync(string path, params string[] arguments)
    {
        string[] all = [.. arguments, "--port", "0", "--rate-limit", "off", "--log-level", "warning"];
        return Server.StartAsync(Name, new(executable.FullName, all), path, cancel);
    }

    /// <summary>Starts a server with a managed store that holds the set; <paramref name="folder"/> is filled at the first start.</summary>
    public Task<Server> ServeManagedAsync(DataSet set, string folder, params string[] arguments)
    {
        string[] seed = Directory.Exists(folder) ? [] : ["--seed", set.Storage];
        return ServeAsync(Archive(set.Name), ["--data", folder, .. seed, .. arguments]);
    }
}
