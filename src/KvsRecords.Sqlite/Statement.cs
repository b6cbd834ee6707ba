using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite;

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
            throw Database.Fault(e);
        }
    }

    /// <summary>All rows, which MUST be few.</summary>
    public List<T> Rows<T>(Func<SqliteDataReader, T> read)
    {
        try
        {
            var rows = new List<T>();
            using var reader = command.ExecuteReader();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        }
        catch (SqliteException e)
        {
            throw Database.Fault(e);
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
            throw Database.Fault(e);
        }
    }

    /// <summary>The first row, or what stands for none.</summary>
    public T? First<T>(Func<SqliteDataReader, T> read)
    {
        try
        {
            using var reader = command.ExecuteReader();
            return reader.Read() ? read(reader) : default;
        }
        catch (SqliteException e)
        {
            throw Database.Fault(e);
        }
    }
}
