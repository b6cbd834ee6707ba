namespace KvsRecords.Benchmarks.Contenders;

/// <summary>Go's archive/zip behind net/http, which compresses the files of a set at each download.</summary>
internal sealed class Go(string executable, CancellationToken cancel)
{
    public const string Name = "go";

    public static async Task<Go> PrepareAsync(Bench bench)
    {
        var executable = bench.Scratch("zipfolder");
        var version = await Tool.RunAsync("go", ["env", "GOVERSION"], bench.Cancel);
        // Its source lies in a repository, which is not to be asked for its revision.
        string[] build = ["build", "-buildvcs=false", "-o", executable, "."];
        await Tool.RunAsync("go", build, bench.Cancel, Path.Combine(AppContext.BaseDirectory, "peers", Name));
        bench.Report.About($"{Name}: {version}, archive/zip");
        return new Go(executable, bench.Cancel);
    }

    /// <summary>Starts it with a level of deflate, 1 to 9; null for archive/zip's default.</summary>
    public Task<Server> ServeAsync(DataSet set, int? level) =>
        Server.StartAsync(Name, new(executable, [set.Folder, "0", .. level is null ? [] : (string[])[$"{level}"]]), "/", cancel);
}
