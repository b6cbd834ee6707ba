namespace KvsRecords.Benchmarks;

/// <summary>One store on disk: a file for each record, in a folder named after the set.</summary>
internal sealed record DataSet(string Name, string Storage, int Records, long Bytes)
{
    public string Folder => FolderIn(Storage, Name);

    public static string FolderIn(string storage, string name) => Path.Combine(storage, "key_value_stores", name);
}
