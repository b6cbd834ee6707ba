namespace KvsRecords.Storage;

/// <summary>Why a file below a store's folder is no record.</summary>
public enum NoRecordReason
{
    /// <summary>A crawler writes it before it gives it its name.</summary>
    Temporary,

    /// <summary>A crawler has put it aside: its name begins with <c>__CRAWLEE_</c> or <c>__OLD</c>.</summary>
    SetAside,

    /// <summary>A desktop or a version control has left it.</summary>
    OfAnotherProgram,

    /// <summary>It lies in a folder within the store's folder.</summary>
    InFolder,

    /// <summary>It describes a value that is not there.</summary>
    SidecarWithoutValue,

    /// <summary>It is called like a sidecar, and cannot be read as one. Its value, if there is one, is served under its file's name.</summary>
    DamagedSidecar,

    /// <summary>It is called like a sidecar, and is longer than 64 KiB.</summary>
    SidecarTooLong,

    /// <summary>It is a sidecar whose value's file is no plain name in the store's folder.</summary>
    SidecarRefused,

    /// <summary>It has no sidecar, in a store whose crawler writes one for each record.</summary>
    ValueWithoutSidecar,

    /// <summary>Its key is none that an archive may hold.</summary>
    UnsafeKey,

    /// <summary>Its name is no UTF-8.</summary>
    UndecodableName,

    /// <summary>A newer file has the same key.</summary>
    HiddenByNewer,

    /// <summary>It is a pipe, a socket, a device, or a symbolic link that leads outside or nowhere.</summary>
    NotRegular,
}
