namespace KvsRecords.Archive;

/// <summary>How the bytes of a ZIP member are packed, by its number in the format (section 4.4.5).</summary>
public enum PackingMethod
{
    /// <summary>As they are.</summary>
    Stored = 0,

    /// <summary>Deflated (RFC 1951).</summary>
    Deflated = 8,
}
