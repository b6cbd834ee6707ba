namespace KvsRecords.Archive;

/// <summary>
/// Times as a ZIP header holds them: two seconds exact, without a time zone (here: UTC), from 1980 to 2107. Source: section 4.4.6 of
/// the ZIP format.
/// </summary>
internal static class ZipTime
{
    /// <summary>The earliest time that can be held.</summary>
    public static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The latest time that can be held.</summary>
    public static readonly DateTimeOffset Latest = new(2107, 12, 31, 23, 59, 58, TimeSpan.Zero);

    /// <summary>The nearest time that can be held, within the bounds.</summary>
    public static DateTimeOffset Clamp(DateTimeOffset time) => time < Earliest ? Earliest : time > Latest ? Latest : time;

    /// <summary>Date (upper half) and time (lower half) of an instant.</summary>
    /// <param name="milliseconds">Since 1970, UTC; any.</param>
    public static uint Of(long milliseconds)
    {
        var bounded = Math.Clamp(milliseconds, Earliest.ToUnixTimeMilliseconds(), Latest.ToUnixTimeMilliseconds());
        var time = DateTime.UnixEpoch.AddMilliseconds(bounded);
        var date = ((time.Year - 1980) << 9) | (time.Month << 5) | time.Day;
        return ((uint)date << 16) | (uint)((time.Hour << 11) | (time.Minute << 5) | (time.Second / 2));
    }

    /// <summary>Checks that date and time are those of an instant: a reader may refuse an archive with any other.</summary>
    public static bool IsTime(uint dateAndTime)
    {
        var (date, time) = ((int)(dateAndTime >> 16), (int)(dateAndTime & 0xFFFF));
        var (year, month, day) = (1980 + (date >> 9), (date >> 5) & 0xF, date & 0x1F);
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && time >> 11 < 24 && ((time >> 5) & 0x3F) < 60 && (time & 0x1F) < 30;
    }
}
