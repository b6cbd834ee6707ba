using System.Security.Cryptography;
using KvsRecords.ArchiveReaders;
using KvsRecords.Storage;

namespace KvsRecords.Tests;

/// <summary>A record to be archived.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Body">Its value, as far as the source has it.</param>
internal sealed record StoredRecord(string Key, byte[] Body)
{
    /// <summary>By default in an hour that many time zones leave out, with an odd second, half an hour off.</summary>
    public DateTimeOffset LastModified { get; init; } = new(2026, 3, 29, 8, 0, 15, 999, TimeSpan.FromHours(5.5));

    public string? ContentType { get; init; }

    /// <summary>What the source says of the length, where that is not what it has.</summary>
    public long? Length { get; init; }

    /// <summary>The most bytes that one reading gives.</summary>
    public int Piece { get; init; } = int.MaxValue;

    /// <summary>The byte at which reading fails.</summary>
    public int FailsAt { get; init; } = int.MaxValue;

    /// <summary>Whether it has been deleted when it is to be opened.</summary>
    public bool HasVanished { get; init; }

    public RecordContent Open(Action closed) =>
        new(new PiecewiseStream(Body, Piece, FailsAt, closed), Length ?? Body.Length, LastModified, ContentType);

    /// <summary>What every reader of the archive must see.</summary>
    public ReadEntry Expected => new(Key, Convert.ToHexStringLower(SHA256.HashData(Body)), Body.Length, ExpectedTime);

    // In UTC, between the first and the last time of a DOS date, cut to an even second.
    private DateTime ExpectedTime
    {
        get
        {
            var utc = LastModified.UtcDateTime;
            if (utc.Year < 1980)
                return new DateTime(1980, 1, 1);
            if (utc.Year > 2107)
                return new DateTime(2107, 12, 31, 23, 59, 58);
            return new DateTime(utc.Year, utc.Month, utc.Day, utc.Hour, utc.Minute, utc.Second / 2 * 2);
        }
    }
}
