using System.Globalization;
using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>The files below a store's folder that are no records for one reason.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Count">The number of files.</param>
/// <param name="Examples">The names of the first of them.</param>
public sealed record NoRecordFiles(NoRecordReason Reason, long Count, IReadOnlyList<string> Examples)
{
    /// <summary>Counts them in one line, in which no name can begin another: "3 files of dev~default are no records: 2 temporary, 1 damaged sidecar (a.__metadata__.json)".</summary>
    public static string Describe(Store store, IReadOnlyCollection<NoRecordFiles> files)
    {
        var count = files.Sum(each => each.Count);
        return OnOneLine($"{(count == 1 ? "1 file" : $"{count} files")} of {store} {(count == 1 ? "is no record" : "are no records")}: {string.Join(", ", files)}");
    }

    private static string OnOneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()));

    /// <summary>Gives the number of files, the reason, and examples where a person may want to look at them.</summary>
    public override string ToString()
    {
        var (one, many) = Words(Reason);
        var examples = Reason is NoRecordReason.Temporary or NoRecordReason.SetAside or NoRecordReason.OfAnotherProgram || Examples.Count == 0
            ? ""
            : $" ({string.Join(", ", Examples)}{(Examples.Count < Count ? ", …" : "")})";
        return $"{Count} {(Count == 1 ? one : many)}{examples}";
    }

    private static (string One, string Many) Words(NoRecordReason reason) => reason switch
    {
        NoRecordReason.Temporary => ("temporary", "temporary"),
        NoRecordReason.SetAside => ("put aside by a crawler", "put aside by a crawler"),
        NoRecordReason.OfAnotherProgram => ("of another program", "of other programs"),
        NoRecordReason.InFolder => ("in a folder", "in folders"),
        NoRecordReason.SidecarWithoutValue => ("sidecar without its value", "sidecars without their values"),
        NoRecordReason.DamagedSidecar => ("damaged sidecar", "damaged sidecars"),
        NoRecordReason.SidecarTooLong => ("sidecar longer than 64 KiB", "sidecars longer than 64 KiB"),
        NoRecordReason.SidecarRefused => ("sidecar that names a file elsewhere", "sidecars that name files elsewhere"),
        NoRecordReason.ValueWithoutSidecar => ("value without its sidecar", "values without their sidecars"),
        NoRecordReason.UnsafeKey => ("with a key that no archive may hold", "with keys that no archive may hold"),
        NoRecordReason.UndecodableName => ("with a name that is no UTF-8", "with names that are no UTF-8"),
        NoRecordReason.HiddenByNewer => ("older than another with its key", "older than others with their keys"),
        _ => ("that is no regular file", "that are no regular files"),
    };
}

/// <summary>The reason why a file below a store's folder is no record.</summary>
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
