using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>What a server answered.</summary>
internal readonly ref struct Answer(int status, ReadOnlySpan<byte> body)
{
    public int Status => status;

    public ReadOnlySpan<byte> Body { get; } = body;

    public string Text => Encoding.UTF8.GetString(Body);
}
