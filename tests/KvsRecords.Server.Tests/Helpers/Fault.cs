namespace KvsRecords.Server.Tests;

/// <summary>Where a store of our own fails while its archive is sent.</summary>
public enum Fault
{
    None,

    // Around an entry whose body is in its row.
    BeforeItsHeader,
    InItsHeader,
    BeforeItsBody,
    BodyTooShort,
    BodyTooLong,

    // At an entry whose body is in a file.
    FileMissing,
    FileTooShort,
    FileTooLong,
    FileUnreadable,

    // In the central directory and around it.
    BeforeTheDirectory,
    AtTheDirectory,
    InTheDirectory,
    InAHeaderOfTheDirectory,
    BeforeTheEnd,

    // The sums are not those of the entries.
    FewerThanCounted,
    MoreThanCounted,
}
