using System.Globalization;
using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>Text of any length, made as fast as it is copied: pieces of one stock of sentences, under ever new numbers.</summary>
internal static class LongText
{
    // Far more than deflate's window of 32 kB, or the whole would shrink to next to nothing.
    private const int StockBytes = 8 << 20;

    public static void Write(Stream stream, Random random, long bytes)
    {
        var stock = Stock(random);
        var block = new byte[1 << 16];
        for (long written = 0; written < bytes; written += block.Length)
        {
            Fill(block, stock, random, written);
            stream.Write(block, 0, (int)Math.Min(block.Length, bytes - written));
        }
    }

    private static void Fill(Span<byte> block, ReadOnlySpan<byte> stock, Random random, long offset)
    {
        Span<byte> line = stackalloc byte[40];
        while (block.Length > 0)
        {
            var start = string.Create(CultureInfo.InvariantCulture, $"\n{offset:D12} {random.Next():x8} ");
            var head = Encoding.UTF8.GetBytes(start, line);
            var piece = stock.Slice(random.Next(stock.Length - 1024), random.Next(100, 1000));
            block = Put(Put(block, line[..head]), piece);
        }
    }

    private static Span<byte> Put(Span<byte> block, scoped ReadOnlySpan<byte> bytes)
    {
        var fits = Math.Min(block.Length, bytes.Length);
        bytes[..fits].CopyTo(block);
        return block[fits..];
    }

    private static byte[] Stock(Random random)
    {
        var text = new StringBuilder();
        while (text.Length < StockBytes)
            text.Append(Words.Sentence(random)).Append(' ');
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
