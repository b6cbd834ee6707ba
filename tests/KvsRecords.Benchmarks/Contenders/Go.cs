namespace KvsRecords.Benchmarks.Contenders;

/// <summary>Go's archive/zip behind net/http, which compresses the files of a set at each download.</summary>
internal sealed class Go(string executable)
{
    public const string Name = "go";

    public static async Task<Go> PrepareAsync(Bench bench, CancellationToken cancel)
    {
        var source = Tool.CopySource(bench, Name);
        var executable = bench.Scratch("zipfolder");
        var version = await Tool.RunAsync("go", ["env", "GOVERSION"], source, cancel);
        await Tool.RunAsync("go", ["build", "-o", executable, "."], source, cancel);
        bench.Report.About($"{Name}: {version}, archive/zip");
        return new Go(executable);
    }

    /// <param name="set">The files.</param>
    /// <param name="level">How hard to deflate, 1 to 9; null for archive/zip's default.</param>
    /// <param name="cancel">Ends the start.</param>
    public Task<Server> ServeAsync(DataSet set, int? level, CancellationToken cancel)
    {
        string[] asked = level is null ? [] : [$"{level}"];
        return Server.StartAsync(Name, new(executable, [set.Folder, "0", .. asked]), "/", cancel);
    }
}
