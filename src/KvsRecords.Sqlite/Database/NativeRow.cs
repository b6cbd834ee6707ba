using System.Runtime.InteropServices;
using SQLitePCL;

namespace KvsRecords.Sqlite.Database;

/// <summary>
/// The row of a statement, read in place. The library's own wrapper guards each call against a statement that another thread closes:
/// through it, the twenty calls for a small entry took as long as everything else together.
/// </summary>
/// <param name="statement">MUST be open, and in use by this thread only, for as long as the row is read.</param>
internal readonly unsafe partial struct NativeRow(sqlite3_stmt statement)
{
    private const string Library = "e_sqlite3";
    private const int NullType = 5;

    private readonly nint _statement = statement.DangerousGetHandle();

    public long Number(int column) => ColumnInt64(_statement, column);

    public bool IsNull(int column) => ColumnType(_statement, column) == NullType;

    /// <summary>A text in UTF-8, or a blob.</summary>
    public ReadOnlySpan<byte> Bytes(int column)
    {
        var (start, length) = PlaceOf(column);
        return new ReadOnlySpan<byte>((void*)start, length);
    }

    /// <summary>Gives the address of a column's bytes, which changes when the statement moves.</summary>
    public (nint Start, int Length) PlaceOf(int column)
    {
        // In this order: the first call settles the form whose length the second one gives.
        var start = ColumnBlob(_statement, column);
        return (start, ColumnBytes(_statement, column));
    }

    // They only read memory, so the runtime need not prepare for the call.
    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    private static partial long ColumnInt64(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    private static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    private static partial int ColumnBytes(nint statement, int column);

    // This call reads the parts of a body that are on other pages.
    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    private static partial nint ColumnBlob(nint statement, int column);
}
