using System.Text;

namespace KvsRecords.Testing;

/// <summary>A record that was read.</summary>
public sealed class TestRecord
{
    internal TestRecord(string key, byte[] value, string? contentType) => (Key, Value, ContentType) = (key, value, contentType);

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The value, decoded as the client sent it before it was compressed on the way.</summary>
    public byte[] Value { get; }

    /// <summary>The content type exactly as it was written; null: none was given.</summary>
    public string? ContentType { get; }

    /// <summary>The value read as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Value);
}
