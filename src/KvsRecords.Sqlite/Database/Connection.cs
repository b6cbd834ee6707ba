using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KvsRecords.Sqlite.Database;

/// <summary>A connection, for one thread at a time, with its statements prepared once.</summary>
internal sealed class Connection : IDisposable
{
    // SQLITE_FULL.
    private const int Full = 13;

    // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE.
    private const int NoCheckpointOnClose = 1006;

    // Each connection is used by one thread at a time, so none needs a lock around every call: that was a tenth of a download's time. This
    // can be set only before the library is first used; after that it stays as it is.
    static Connection()
    {
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
    }

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    private Connection(SqliteConnection connection) => _connection = connection;

    public static Connection Open(string path, bool readOnly)
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
            var database = new Connection(connection);

            // The file may come from elsewhere: its tables may call only functions that calculate.
            database.Run("pragma trusted_schema=off");
            return database;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Fault(e);
        }
    }

    /// <summary>Runs a statement, or several that have no parameters.</summary>
    public void Run(string sql, params ReadOnlySpan<object?> parameters)
    {
        try
        {
            Prepare(sql, parameters).ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw Fault(e);
        }
    }

    /// <summary>Reads all rows, which MUST be few.</summary>
    /// <exception cref="InvalidDataException">A row holds values that were never written.</exception>
    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> parameters)
    {
        try
        {
            var rows = new List<T>();
            using var reader = Open(sql, parameters);
            while (reader.Read())
                rows.Add(Read(reader, read));
            return rows;
        }
        catch (SqliteException e)
        {
            throw Fault(e);
        }
    }

    /// <summary>Reads the first row; without one it gives what stands for none.</summary>
    /// <exception cref="InvalidDataException">The row holds values that were never written.</exception>
    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> parameters)
    {
        try
        {
            using var reader = Open(sql, parameters);
            return reader.Read() ? Read(reader, read) : default;
        }
        catch (SqliteException e)
        {
            throw Fault(e);
        }
    }

    /// <summary>Gives the rows one after the other. They MUST be disposed before the same statement is run again.</summary>
    public SqliteDataReader Open(string sql, params ReadOnlySpan<object?> parameters)
    {
        try
        {
            return Prepare(sql, parameters).ExecuteReader();
        }
        catch (SqliteException e)
        {
            throw Fault(e);
        }
    }

    /// <summary>Leaves the files of the log where they are when this connection is closed.</summary>
    public void KeepLog() => _ = raw.sqlite3_db_config(_connection.Handle!, NoCheckpointOnClose, 1, out _);

    /// <summary>Makes a function that statements of this connection can use.</summary>
    public void AddFunction(string name, Func<string, long, long, long, long, long, byte[]> function) =>
        _connection.CreateFunction(name, function, isDeterministic: true);

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }

    /// <summary>Recognizes a full disk: then nothing has been written, for certain.</summary>
    public static bool IsFull(IOException e) => e.InnerException is SqliteException { SqliteErrorCode: Full };

    /// <summary>Makes a fault of the medium of one of the database: callers of storages know only those.</summary>
    public static IOException Fault(SqliteException e) => new($"The database failed: {e.Message}", e);

    // The parameters come in the order in which they are numbered (?1, ?2 …).
    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> parameters)
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
        return command;
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

/// <summary>Connections for reading: as many as are in use at once. Each read is a short transaction of its own.</summary>
internal sealed class Readers(string path) : IDisposable
{
    private readonly ConcurrentBag<Connection> _idle = [];
    private volatile bool _closed;

    public T Read<T>(Func<Connection, T> read)
    {
        var database = Take();
        try
        {
            return read(database);
        }
        finally
        {
            GiveBack(database);
        }
    }

    /// <summary>Takes a connection for a long read. MUST be given back.</summary>
    public Connection Take()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _idle.TryTake(out var database) ? database : Connection.Open(path, readOnly: true);
    }

    public void GiveBack(Connection database)
    {
        _idle.Add(database);
        if (_closed)
            Dispose();
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var database))
            database.Dispose();
    }
}
