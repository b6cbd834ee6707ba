using KvsRecords.Emulator;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Counts the requests that a rule matches, and decides which of them go wrong. For one thread at a time.</summary>
internal sealed class FaultCounter(Fault rule)
{
    // A generator with a seed gives the same numbers on every machine and in every version.
    private readonly Random _random = new(rule.Seed ?? 0);
    private int _matched;
    private int _applied;

    public Fault Rule => rule;

    public FaultState State => new(rule, _matched, _applied);

    /// <summary>Counts a request, whether or not an earlier rule has taken it, so that its number is the same for all rules.</summary>
    /// <returns>Whether the request is to go wrong.</returns>
    public bool Count(FaultTarget target)
    {
        if (!target.IsMeantBy(rule))
            return false;

        _matched++;
        var isLikely = rule.Probability is not { } probability || _random.NextDouble() < probability;
        var isInTurn = rule.Count is null && rule.Nth is { } nth ? _matched == nth : _matched >= (rule.Nth ?? 1);
        return isLikely && isInTurn && (rule.Count is not { } most || _applied < most);
    }

    public void Apply() => _applied++;
}
