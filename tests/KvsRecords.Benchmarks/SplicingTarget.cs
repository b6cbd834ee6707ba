namespace KvsRecords.Benchmarks;

/// <summary>How long others are meant to take for the archive of a store of ours, beside ours.</summary>
internal static class SplicingTarget
{
    public static IEnumerable<Target> All =>
        SplicingTimer.Timed.SelectMany(set => Contenders.Peers.Select(name => Of(name, set))).OfType<Target>();

    public static Target? Of(string name, string set) => Limit(name, set) is { } limit
        ? new($"time of {name} for {set}", AtLeast: true, limit, " × ours")
        : null;

    private static double? Limit(string name, string set) => (name, set) switch
    {
        (NginxPeer.ShortName, "mixed" or "images") => 1,
        (NginxPeer.ShortName, "small") => 0.5,
        (NginxPeer.BufferedName, "mixed" or "images") => 0.7,
        (NginxPeer.BufferedName, "small") => 0.35,
        (FinishedFile.ShortName, "mixed" or "images") => 1.2,
        (FinishedFile.ShortName, "small") => 0.4,
        (GoPeer.ShortName or NodePeer.ShortName or YazlPeer.ShortName, "mixed") => 60,
        (GoPeer.ShortName or NodePeer.ShortName or YazlPeer.ShortName, "small") => 200,
        _ => null,
    };
}
