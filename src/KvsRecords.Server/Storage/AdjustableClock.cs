
namespace KvsRecords.Server.Storage;

/// <summary>
/// The time of the whole server, which a test can set: signatures expire without waiting. Only the present changes. How long something
/// takes, and when a timer goes off, is measured in real time.
/// </summary>
internal sealed class AdjustableClock(TimeProvider real) : TimeProvider, IResettable
{
    private volatile ClockSetting _setting = ClockSetting.Real;

    /// <summary>The real time, which cannot be set.</summary>
    public TimeProvider RealTime => real;

    public ClockSetting Setting => _setting;

    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    public override long TimestampFrequency => real.TimestampFrequency;

    /// <summary>MUST hold for everything that asks for the time from then on.</summary>
    /// <returns>
    /// False when it would be before <see cref="ClockSetting.Earliest"/> or after <see cref="ClockSetting.Latest"/>: then nothing changes.
    /// </returns>
    public bool TrySet(ClockSetting setting)
    {
        // An offset that is far too large has no present.
        var now = real.GetUtcNow();
        var isPossible = setting.Instant is { } instant
            ? instant >= ClockSetting.Earliest && instant <= ClockSetting.Latest
            : setting.Offset >= ClockSetting.Earliest - now && setting.Offset <= ClockSetting.Latest - now;
        if (isPossible)
            _setting = setting;
        return isPossible;
    }

    public void Reset() => _setting = ClockSetting.Real;

    public override DateTimeOffset GetUtcNow()
    {
        var setting = _setting;
        return setting.Instant ?? real.GetUtcNow() + setting.Offset;
    }

    public override long GetTimestamp() => real.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        real.CreateTimer(callback, state, dueTime, period);
}
