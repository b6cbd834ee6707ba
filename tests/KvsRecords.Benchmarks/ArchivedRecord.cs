namespace KvsRecords.Benchmarks;

/// <summary>A record of a store whose archive is downloaded.</summary>
internal sealed record ArchivedRecord(string Key, string ContentType, byte[] Body)
{
    /// <summary>The file of a set, as it would be seeded.</summary>
    public static ArchivedRecord Of(Record record)
    {
        using var body = new MemoryStream();
        record.Write(body);
        return new ArchivedRecord(record.FileName, ContentTypeOf(record.FileName), body.ToArray());
    }

    private static string ContentTypeOf(string fileName) => Path.GetExtension(fileName) switch
    {
        ".json" => "application/json",
        ".html" => "text/html",
        ".png" => "image/png",
        _ => "text/plain",
    };
}
