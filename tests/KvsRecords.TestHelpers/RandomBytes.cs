namespace KvsRecords.TestHelpers;

/// <summary>Bytes that deflate does not shrink, the same in every run.</summary>
public static class RandomBytes
{
    public static byte[] Of(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
