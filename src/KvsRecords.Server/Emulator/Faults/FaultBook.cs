using KvsRecords.Emulator;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>
/// The rules that hold at the moment, with the number of times that each was met. Without any, a request pays for one look only.
/// </summary>
internal sealed class FaultBook : IResettable
{
    private readonly Lock _lock = new();
    private volatile FaultCounter[] _counters = [];

    public bool IsEmpty => _counters.Length == 0;

    /// <summary>Replaces all rules, and counts from the beginning.</summary>
    /// <exception cref="ArgumentException">One of them cannot be meant; the message says which, and what is allowed.</exception>
    public void Set(IReadOnlyList<Fault> rules)
    {
        if (FaultRules.Problem(rules) is { } problem)
            throw new ArgumentException(problem, nameof(rules));

        _counters = [.. rules.Select(rule => new FaultCounter(rule))];
    }

    public void Reset() => Set([]);

    public IReadOnlyList<FaultState> Read()
    {
        lock (_lock)
            return [.. _counters.Select(counter => counter.State)];
    }

    /// <summary>
    /// Finds the rule by which a request goes wrong: the first one whose turn it is; null: none. Every rule that matches counts the
    /// request.
    /// </summary>
    public Fault? Next(FaultTarget target)
    {
        lock (_lock)
        {
            FaultCounter? first = null;
            foreach (var counter in _counters)
            {
                if (counter.Count(target))
                    first ??= counter;
            }

            first?.Apply();
            return first?.Rule;
        }
    }
}

/// <summary>A rule, and the requests that met it so far.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Matched">How many requests it matched.</param>
/// <param name="Applied">How many of them went wrong by it.</param>
internal sealed record FaultState(Fault Rule, int Matched, int Applied);
