using System.Collections.Concurrent;
using KvsRecords.Postgres.Database;
using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>The large bodies, cut into chunks.</summary>
internal sealed class Bodies(Connections connections, Guid server)
{
    /// <summary>The length of each chunk but the last, in bytes. Between 64 KiB and 1 MiB it made little difference.</summary>
    public const int ChunkSize = 256 * 1024;

    // Those that are being written, or wait for their record.
    private readonly ConcurrentDictionary<Guid, bool> _open = [];

    /// <summary>Writes a body, each chunk in a commit that waits for the disk: the database may fail before the record is written.</summary>
    /// <returns>Its id. Once a record names it, or none will, it is to be given to <see cref="Close"/>.</returns>
    public async Task<Guid> WriteAsync(Stream body, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        _open[id] = true;
        try
        {
            var buffer = new byte[ChunkSize];
            for (var no = 0; await body.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false, cancellationToken) is > 0 and var read; no++)
                await WriteAsync(id, no, buffer.AsMemory(0, read), cancellationToken);
            return id;
        }
        catch
        {
            Close(id);
            throw;
        }
    }

    /// <summary>Ends the writing of a body. The next <see cref="GiveUpAsync"/> takes care of one that no record names.</summary>
    public void Close(Guid id) => _open.TryRemove(id, out _);

    /// <summary>
    /// Gives up the bodies of this server that no record will name, so that the sweeper removes them: what failed may have failed since the
    /// database could not be reached, and a network may bring its last part much later.
    /// </summary>
    public async Task GiveUpAsync(CancellationToken cancellationToken)
    {
        const string Unnamed = "select id from objects where state = 0 and server = $1";
        const string GiveUp = "update objects set state = 2, dead_at = clock_timestamp() where id = any($1) and state = 0";
        await using var database = await connections.OpenAsync(cancellationToken);
        var unnamed = await Sql.RowsAsync(database, Unnamed, row => row.GetGuid(0), cancellationToken, Sql.P(server));

        // Only now: what is open is so before it is in the database, and until a record names it.
        unnamed.RemoveAll(_open.ContainsKey);
        if (unnamed.Count > 0)
            await Sql.RunAsync(database, GiveUp, cancellationToken, Sql.P(unnamed.ToArray()));
    }

    /// <summary>Reads some bytes of a body, at most to the end of a chunk.</summary>
    /// <returns>How many; 0: there is no such chunk.</returns>
    public Task<int> ReadAsync(Guid id, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        const string Select = "select substring(data from $3 for $4) from chunks where object = $1 and no = $2";
        var (no, within) = Math.DivRem(offset, ChunkSize);
        var most = Math.Min(buffer.Length, ChunkSize - (int)within);
        return connections.RepeatAsync(
            async database =>
            {
                await using var command = Sql.Command(
                    database, Select, Sql.P(id), Sql.P((int)no), Sql.P((int)within + 1), Sql.P(most));
                await using var rows = await command.ExecuteReaderAsync(cancellationToken);
                return await rows.ReadAsync(cancellationToken) ? Sql.Bytes(rows, 0, buffer) : 0;
            },
            cancellationToken);
    }

    private Task<int> WriteAsync(Guid id, int no, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        // Later chunks need the row of the first: a body that was taken for abandoned meanwhile must not look whole.
        const string Begin = "insert into objects (id, state, server) select $1, 0, $2 where $3 = 0 on conflict do nothing";
        const string Add = "insert into chunks (object, no, data) values ($1, $2, $3) on conflict do nothing";
        return connections.RepeatAsync(
            async database =>
            {
                await using var batch = new NpgsqlBatch(database)
                {
                    BatchCommands =
                    {
                        // The commit of the record waits for a standby, and then has waited for all before it.
                        Sql.Part(Sql.OnDisk),
                        Sql.Part(Begin, Sql.P(id), Sql.P(server), Sql.P(no)),
                        Sql.Part(Add, Sql.P(id), Sql.P(no), Sql.P(chunk)),
                    },
                };
                return await batch.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>The length of a body, in bytes.</summary>
    public Task<long> LengthAsync(Guid id, CancellationToken cancellationToken) => connections.RepeatAsync(
        database => Sql.FirstAsync(
            database, "select coalesce(sum(length(data)), 0)::bigint from chunks where object = $1", row => row.GetInt64(0), cancellationToken, Sql.P(id)),
        cancellationToken);
}

/// <summary>A body as a stream. Disposing it ends its lease.</summary>
internal sealed class BodyStream(Bodies bodies, Guid id, long length, Leases.Lease lease) : ReadOnlyStream
{
    private readonly byte[] _chunk = new byte[Math.Min(length, Bodies.ChunkSize)];
    private long _position;
    private int _start;
    private int _end;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end && _position < length)
        {
            _end = await bodies.ReadAsync(id, _position, _chunk, cancellationToken);
            _start = 0;
            lease.Check();
            if (_end == 0)
                throw new InvalidDataException($"The body of a record ends after {_position} of {length} bytes.");
            _position += _end;
        }

        var read = Math.Min(buffer.Length, _end - _start);
        _chunk.AsMemory(_start, read).CopyTo(buffer);
        _start += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        lease.Dispose();
        base.Dispose(disposing);
    }
}
