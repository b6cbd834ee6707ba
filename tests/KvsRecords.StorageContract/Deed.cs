namespace KvsRecords.StorageContract;

/// <summary>The n-th thing that a writer does, which a later reader of the storage can work out again.</summary>
public sealed class Deed
{
    /// <summary>How many write at once, each to keys of its own.</summary>
    public const int Writers = 4;

    private const int KeysOfEach = 5;

    private Deed(string key, byte[]? value) => (Key, Value) = (key, value);

    public string Key { get; }

    /// <summary>What is put; null: the record is deleted.</summary>
    public byte[]? Value { get; }

    public static Deed Of(int writer, int number)
    {
        var random = new Random((writer * 1_000_003) + number);
        var key = $"{writer}-{random.Next(KeysOfEach)}";
        if (random.Next(4) == 0)
            return new Deed(key, null);

        var value = new byte[random.Next(3) == 0 ? random.Next(16_000, 200_000) : random.Next(0, 2_000)];
        random.NextBytes(value);
        return new Deed(key, value);
    }
}
