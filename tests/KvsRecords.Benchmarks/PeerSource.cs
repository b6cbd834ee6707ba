namespace KvsRecords.Benchmarks;

/// <summary>The source of a peer, copied to where building it leaves nothing behind.</summary>
internal static class PeerSource
{
    public static string CopyTo(TempFolder scratch, string name, string? into = null)
    {
        var target = Directory.CreateDirectory(scratch.Inside(into ?? name)).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "peers", name)))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        return target;
    }
}
