using KvsRecords.Postgres.Database;
using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>The large bodies, cut into chunks.</summary>
internal sealed class Bodies(Connections connections, Guid server)
{
    /// <summary>The length of each chunk but the last, in bytes. Between 64 KiB and 1 MiB it made little difference.</summary>
    public const int ChunkSize = 256 * 1024;

    /// <summary>Writes a body, each chunk in a commit that waits for the disk: the database may fail before the record is written.</summary>
    /// <returns>Its id, which is to be named by a record, or else given to <see cref="DeleteAsync"/>.</returns>
    public async Task<Guid> WriteAsync(Stream body, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        try
        {
            var buffer = new byte[ChunkSize];
            for (var no = 0; await body.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false, cancellationToken) is > 0 and var read; no++)
                await WriteAsync(id, no, buffer.AsMemory(0, read), cancellationToken);
            return id;
        }
        catch
        {
            await DeleteAsync(id);
            throw;
        }
    }

    /// <summary>Gives up a body that no record names: the sweeper removes it, at the latest once this server is gone.</summary>
    public async Task DeleteAsync(Guid id)
    {
        const string Delete = "update objects set state = 2, dead_at = clock_timestamp() where id = $1 and state = 0";
        try
        {
            await connections.RepeatAsync(database => Sql.RunAsync(database, Delete, CancellationToken.None, Sql.P(id)), CancellationToken.None);
        }
        catch (IOException)
        {
            // The fault that led here is the one to be heard of.
        }
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
                    BatchCommands = { Sql.Part(Begin, Sql.P(id), Sql.P(server), Sql.P(no)), Sql.Part(Add, Sql.P(id), Sql.P(no), Sql.P(chunk)) },
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
