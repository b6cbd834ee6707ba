using System.Globalization;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>The number by which the tables know a store, which is where it lies.</summary>
internal static class StoreNumber
{
    /// <summary>The number of a store. What another storage calls its stores finds none here.</summary>
    public static long Of(Store store) =>
        long.TryParse(store.Location, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
