using System.Runtime.InteropServices;
using Npgsql;

namespace KvsRecords.Postgres.Database;

/// <summary>Short forms for commands and their parameters.</summary>
internal static class Sql
{
    // A sum over 1,000,000 records takes 0.3 s. Only a network that fails meanwhile is noticed as late as this.
    private const int LongSeconds = 600;

    public static NpgsqlParameter P<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    /// <summary>Lets the transaction wait for the database's own disk alone, and not for a standby.</summary>
    public const string OnDisk = "select set_config('synchronous_commit', 'local', true)";

    /// <returns>How many rows were changed.</returns>
    public static async Task<int> RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first row, or what stands for none.</summary>
    public static async Task<T?> FirstAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? read(rows) : default;
    }

    /// <summary>All rows, which MUST be few.</summary>
    public static async Task<List<T>> RowsAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await RowsAsync(command, read, cancellationToken);
    }

    /// <summary>
    /// All rows, which MUST be few, of a statement that reads a whole store or table: it may take long, until the caller gives up.
    /// </summary>
    public static async Task<List<T>> LongRowsAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        command.CommandTimeout = LongSeconds;
        return await RowsAsync(command, read, cancellationToken);
    }

    private static async Task<List<T>> RowsAsync<T>(
        NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var all = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
            all.Add(read(rows));
        return all;
    }

    /// <summary>Waits for a lock for as long as it takes: another server migrates the tables, or loads seeds.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static NpgsqlBatchCommand Part(string sql, params NpgsqlParameter[] parameters)
    {
        var part = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            part.Parameters.Add(parameter);
        return part;
    }

    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>Copies the bytes of a column. An array of their own for each row would cost more than all the rest.</summary>
    /// <returns>How many they are.</returns>
    /// <exception cref="InvalidDataException">They do not fit.</exception>
    public static int Bytes(NpgsqlDataReader row, int column, Memory<byte> target)
    {
        var length = (int)row.GetBytes(column, 0, null, 0, 0);
        if (length > target.Length)
            throw new InvalidDataException($"A row of the database is damaged: it has {length} bytes where there is room for {target.Length}.");

        if (MemoryMarshal.TryGetArray<byte>(target, out var array))
            return length == 0 ? 0 : (int)row.GetBytes(column, 0, array.Array, array.Offset, length);

        row.GetFieldValue<byte[]>(column).CopyTo(target);
        return length;
    }

    public static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
