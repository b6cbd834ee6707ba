using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite.Database;

/// <summary>A prepared statement with its parameters. MUST be used up before the same one is prepared again.</summary>
internal readonly struct Statement(SqliteCommand command)
{
    /// <returns>How many rows were changed.</returns>
    public int Run()
    {
        try
        {
            return command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw Connection.Fault(e);
        }
    }

    /// <summary>All rows, which MUST be few.</summary>
    /// <exception cref="InvalidDataException">A row holds values that were never written.</exception>
    public List<T> Rows<T>(Func<SqliteDataReader, T> read)
    {
        try
        {
            var rows = new List<T>();
            using var reader = command.ExecuteReader();
            while (reader.Read())
                rows.Add(Read(reader, read));
            return rows;
        }
        catch (SqliteException e)
        {
            throw Connection.Fault(e);
        }
    }

    /// <summary>The rows, one after the other; the statement is in use until they are disposed.</summary>
    public SqliteDataReader Open()
    {
        try
        {
            return command.ExecuteReader();
        }
        catch (SqliteException e)
        {
            throw Connection.Fault(e);
        }
    }

    /// <summary>The first row, or what stands for none.</summary>
    /// <exception cref="InvalidDataException">The row holds values that were never written.</exception>
    public T? First<T>(Func<SqliteDataReader, T> read)
    {
        try
        {
            using var reader = command.ExecuteReader();
            return reader.Read() ? Read(reader, read) : default;
        }
        catch (SqliteException e)
        {
            throw Connection.Fault(e);
        }
    }

    // The database may read a damaged page without a complaint: with a text for a number, nothing for a text, half of a JSON.
    private static T Read<T>(SqliteDataReader row, Func<SqliteDataReader, T> read)
    {
        try
        {
            return read(row);
        }
        catch (Exception e) when (e is InvalidCastException or InvalidOperationException or ArgumentOutOfRangeException or FormatException
            or OverflowException or JsonException)
        {
            throw new InvalidDataException($"A row of the database is damaged: {e.Message}", e);
        }
    }
}
