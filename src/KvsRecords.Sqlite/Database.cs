using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite;

/// <summary>A connection, for one thread at a time, with its statements prepared once.</summary>
internal sealed class Database : IDisposable
{
    // SQLITE_FULL.
    private const int Full = 13;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    private Database(SqliteConnection connection) => _connection = connection;

    public static Database Open(string path, bool readOnly)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            return new Database(connection);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Fault(e);
        }
    }

    /// <summary>A statement with its parameters in the order in which they are numbered (<c>?1</c>, <c>?2</c> …).</summary>
    public Statement Prepare(string sql, params ReadOnlySpan<object?> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= parameters.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            _commands.Add(sql, command);
        }

        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = parameters[i] ?? DBNull.Value;
        return new Statement(command);
    }

    /// <summary>Runs statements that are needed once.</summary>
    public void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        try
        {
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw Fault(e);
        }
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }

    /// <summary>Whether there was no room: then what was to be written has not been, for certain.</summary>
    public static bool IsFull(IOException e) => e.InnerException is SqliteException { SqliteErrorCode: Full };

    /// <summary>What callers know of storages is that their faults are those of a medium.</summary>
    public static IOException Fault(SqliteException e) => new($"The database failed: {e.Message}", e);
}
