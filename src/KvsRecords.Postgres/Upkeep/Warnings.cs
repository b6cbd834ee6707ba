using System.Diagnostics;
using KvsRecords.Postgres.Database;

namespace KvsRecords.Postgres.Upkeep;

/// <summary>Warnings about what a server could not do by itself. What lasts is repeated at most once in a while.</summary>
internal sealed class Warnings(Connections connections, Action<string>? warn, TimeSpan silence)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _given = [];

    /// <summary>Warns, unless the same was said a short time ago.</summary>
    /// <param name="what">What is not done, as the beginning of a sentence.</param>
    /// <param name="cause">Why.</param>
    public void Warn(string what, Exception cause)
    {
        var text = $"{what}: {connections.FaultOf(cause).Message.TrimEnd('.')}";
        lock (_lock)
        {
            foreach (var (old, at) in _given)
            {
                if (Stopwatch.GetElapsedTime(at) >= silence)
                    _given.Remove(old);
            }

            if (!_given.TryAdd(text, Stopwatch.GetTimestamp()))
                return;
        }

        warn?.Invoke(text);
    }
}
