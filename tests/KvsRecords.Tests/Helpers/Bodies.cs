using System.Text;
using CsCheck;

namespace KvsRecords.Tests;

/// <summary>Values to try, of the lengths at which something in an archive could change.</summary>
internal static class Bodies
{
    public static byte[] Text(int length) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, (length / 12) + 1).Select(i => $"{{\"é\":{i:D5}}},")))[..length];

    private static readonly Gen<int> Lengths = Gen.OneOf(
        Gen.Int[0, 3], Gen.Int[510, 514], Gen.Int[4094, 4098], Gen.Int[65534, 65538], Gen.Int[131070, 131074], Gen.Int[0, 20_000]);

    public static Gen<byte[]> Any { get; } = Gen.Select(Lengths, Gen.Int[0, 3], Gen.Int.NonNegative, (length, kind, seed) => kind switch
    {
        0 => RandomBytes.Of(length, seed),
        1 => Text(length),
        2 => new byte[length],
        _ => [.. Text(length / 2), .. RandomBytes.Of(length - (length / 2), seed)],
    });

    public static Gen<StoredRecord[]> AnyStore { get; } = Gen.Select(
            Keys.SafeToUnpack,
            Any,
            Gen.OneOf(null, "application/json; charset=utf-8", "image/png", "nonsense"),
            Gen.Int[-100, 300],
            Gen.Int[1, 366 * 24 * 3600],
            Gen.Int[-14 * 60, 14 * 60],
            Gen.OneOf(int.MaxValue, 1_000, 4_097, 65_536))
        .Select((key, body, contentType, years, seconds, offset, piece) => new StoredRecord(key, body)
        {
            ContentType = contentType,
            LastModified = DateTimeOffset.UnixEpoch.AddYears(years).AddSeconds(seconds).ToOffset(TimeSpan.FromMinutes(offset)),
            Piece = piece,
        })
        .Array[0, 12].Select(records => records.DistinctBy(record => record.Key).ToArray());
}
