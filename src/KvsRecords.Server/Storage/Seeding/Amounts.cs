using System.Globalization;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>Numbers of records and bytes, as a person reads them.</summary>
internal static class Amounts
{
    public static string Of(long records) =>
        records == 1 ? "1 record" : string.Create(CultureInfo.InvariantCulture, $"{records:N0} records");

    public static string Of(long records, long bytes, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Of(records)}, {ByteSize.Shown(bytes)} in {time.TotalSeconds:0.0} s");
}
