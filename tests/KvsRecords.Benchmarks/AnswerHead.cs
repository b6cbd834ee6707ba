using System.Buffers.Text;
using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>As much of the head of an answer as it takes to find its end.</summary>
internal readonly record struct AnswerHead(int Status, int ContentLength, bool IsChunked, bool IsLast)
{
    public static AnswerHead Parse(ReadOnlySpan<byte> head)
    {
        // HTTP/1.1 200 OK
        if (head.Length < 12 || !Utf8Parser.TryParse(head.Slice(9, 3), out int status, out _))
            throw new IOException("What came is no answer.");
        var parsed = new AnswerHead(status, 0, IsChunked: false, IsLast: false);
        foreach (var line in head.Split("\r\n"u8))
            parsed = parsed.With(head[line]);
        return parsed;
    }

    private AnswerHead With(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
            return this;
        var name = line[..colon];
        var value = line[(colon + 1)..].Trim((byte)' ');
        if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8) && Utf8Parser.TryParse(value, out int length, out _))
            return this with { ContentLength = length };
        if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
            return this with { IsChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8) };
        if (Ascii.EqualsIgnoreCase(name, "Connection"u8))
            return this with { IsLast = Ascii.EqualsIgnoreCase(value, "close"u8) };
        return this;
    }
}
