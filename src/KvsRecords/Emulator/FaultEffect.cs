namespace KvsRecords.Emulator;

/// <summary>A fault that is more than an error, a delay or a slow body. Over HTTP: <c>abort-before-end</c> and so on.</summary>
public enum FaultEffect
{
    /// <summary>Nothing is done, and the connection is closed without an answer.</summary>
    Refuse,

    /// <summary>The request is carried out, and the connection is reset before its answer.</summary>
    AbortBeforeHeaders,

    /// <summary>The connection is closed after <see cref="Fault.Bytes"/> of the body.</summary>
    Abort,

    /// <summary>The connection is closed before the end of the archive, or before the last byte of any other body.</summary>
    AbortBeforeEnd,

    /// <summary>The right length is announced, also where it would not be, and <see cref="Fault.Bytes"/> are sent.</summary>
    Truncate,

    /// <summary>After <see cref="Fault.Bytes"/> of the body come bytes that are no chunk.</summary>
    MalformedChunk,

    /// <summary>After <see cref="Fault.Bytes"/> of the body nothing comes any more, and the connection stays open.</summary>
    Stall,

    /// <summary>The CRC-32 of an archive's first entry is wrong.</summary>
    WrongCrc,

    /// <summary>The token, or else the signature, counts as expired.</summary>
    Expired,
}
