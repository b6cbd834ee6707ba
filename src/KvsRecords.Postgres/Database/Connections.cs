using System.Diagnostics;
using System.Text.Json;
using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Database;

/// <summary>The connections to the database. What only reads is tried again for a while where the database cannot be reached.</summary>
internal sealed class Connections : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // What a database says while it starts, ends, or is not the one that is written to (a standby has no end of its log to be asked for); and
    // conflicts that another try resolves.
    private static readonly HashSet<string> Passing =
    [
        PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow,
        PostgresErrorCodes.ReadOnlySqlTransaction, PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.DeadlockDetected,
        PostgresErrorCodes.TooManyConnections, PostgresErrorCodes.ObjectNotInPrerequisiteState, PostgresErrorCodes.QueryCanceled, PostgresErrorCodes.LockNotAvailable,

        // The connection was ended in the middle of a transaction that nothing went on in.
        "25P03",
    ];

    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _long;
    private readonly TimeSpan _patience;
    private readonly string _where;

    public Connections(NpgsqlConnectionStringBuilder connection, TimeSpan patience)
    {
        (_patience, _where) = (patience, ConnectionText.Describe(connection));
        _source = SourceOf(connection.ConnectionString);
        _long = new SemaphoreSlim(Math.Max(1, connection.MaxPoolSize / 4));
    }

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    /// <summary>Does something that MUST come to the same when it is done twice, as reading does: it is tried again for a while.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    /// <exception cref="InvalidDataException">A row holds values that were never written.</exception>
    public async Task<T> RepeatAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = await OpenAsync(cancellationToken);
                return await work(connection);
            }
            catch (Exception e) when (MayPass(e, cancellationToken) && !IsTooLong(start))
            {
                await Task.Delay(Pause, cancellationToken);
            }
            catch (Exception e) when (IsOfDatabase(e))
            {
                throw FaultOf(e, cancellationToken);
            }
        }
    }

    /// <summary>The same for statements that may take long. A quarter of the connections is for them, so that others find one.</summary>
    public async Task<T> RepeatLongAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await _long.WaitAsync(cancellationToken);
        try
        {
            return await RepeatAsync(work, cancellationToken);
        }
        finally
        {
            _long.Release();
        }
    }

    /// <summary>Tells whether it has been tried for so long that the caller is to be answered.</summary>
    public bool IsTooLong(long start) => Stopwatch.GetElapsedTime(start) > _patience;

    /// <summary>Tells whether another try may succeed.</summary>
    public static bool MayPass(Exception e, CancellationToken cancellationToken) => !cancellationToken.IsCancellationRequested && e switch
    {
        PostgresException refused => refused.IsTransient || Passing.Contains(refused.SqlState),
        NpgsqlException lost => lost.IsTransient || lost.InnerException is TimeoutException || lost.Message.Contains("No suitable host", StringComparison.Ordinal),
        _ => e is TimeoutException or System.Net.Sockets.SocketException or EndOfStreamException,
    };

    /// <summary>Tells whether it comes from the database, or from a row of it.</summary>
    public static bool IsOfDatabase(Exception e) => e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException
        or InvalidCastException or FormatException or OverflowException or JsonException;

    /// <summary>Gives the fault that a caller sees.</summary>
    public Exception FaultOf(Exception e, CancellationToken cancellationToken = default) => e switch
    {
        IOException or InvalidDataException or StoreNameTakenException or StoreIdTakenException => e,
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } => new StorageUnavailableException(
            "A body was not stored whole. Send it again.", e),
        _ when MayPass(e, cancellationToken) => new StorageUnavailableException($"{Capital(_where)} cannot be reached just now: {e.Message}", e),
        PostgresException refused => new IOException($"{Capital(_where)} refused: {refused.MessageText}.", e),
        InvalidCastException or FormatException or OverflowException or JsonException => new InvalidDataException(
            $"A row of the database is damaged: {e.Message}", e),
        _ => new IOException($"{Capital(_where)} failed: {e.Message}", e),
    };

    public ValueTask DisposeAsync()
    {
        _long.Dispose();
        return _source.DisposeAsync();
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static NpgsqlDataSource SourceOf(string connection)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connection).EnableArrays().EnableTransportSecurity();
        return builder.ConnectionStringBuilder.Host!.Contains(',') ? builder.BuildMultiHost() : builder.Build();
    }
}
