namespace KvsRecords.Benchmarks;

/// <summary>How one set is made: record by record, always the same for the same random numbers.</summary>
internal sealed record Recipe(string Name, int Records, Func<Random, int, Record> Make);

/// <summary>One file to be, written in one or many pieces.</summary>
internal sealed record Record(string FileName, Action<Stream> Write)
{
    public Record(string fileName, byte[] content)
        : this(fileName, stream => stream.Write(content))
    {
    }
}
