namespace KvsRecords.Server.Tests;

/// <summary>Rows of the documentation's tables, as a run makes them.</summary>
internal static class Rows
{
    private static readonly Lock Turn = new();

    /// <summary>Adds a row to a table, where <c>KVS_RECORDS_TABLES</c> names a folder for them.</summary>
    public static void Add(string table, params string[] cells)
    {
        if (Environment.GetEnvironmentVariable("KVS_RECORDS_TABLES") is not { Length: > 0 } folder)
            return;

        lock (Turn)
            File.AppendAllText(Path.Join(folder, table), $"| {string.Join(" | ", cells)} |\n");
    }
}
