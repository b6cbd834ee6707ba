namespace KvsRecords.Benchmarks;

/// <summary>Bytes that deflate cannot shorten, behind the signature of a PNG.</summary>
internal static class Png
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] Make(Random random, int bytes)
    {
        var content = new byte[bytes];
        random.NextBytes(content);
        Signature.CopyTo(content);
        return content;
    }
}
