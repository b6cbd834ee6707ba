using System.Globalization;

namespace KvsRecords.StorageContract;

/// <summary>A store that is imported again and again, always with the same records.</summary>
public static class ImportedStore
{
    public const string Name = "imported";

    public const int Records = 12;

    public static string KeyOf(int number) => number.ToString("D3", CultureInfo.InvariantCulture);

    /// <summary>Every third one is too large for the database.</summary>
    public static byte[] ValueOf(int number)
    {
        var value = new byte[number % 3 == 0 ? 40_000 : 400];
        new Random(number).NextBytes(value);
        return value;
    }
}
