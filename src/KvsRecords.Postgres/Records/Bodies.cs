using KvsRecords.Postgres.Database;
using KvsRecords.Storage;

namespace KvsRecords.Postgres.Records;

/// <summary>The large bodies, cut into chunks.</summary>
internal sealed class Bodies(Connections connections, Guid server)
{
    /// <summary>The length of each chunk but the last, in bytes. Between 64 KiB and 1 MiB it made little difference.</summary>
    public const int ChunkSize = 256 * 1024;

    /// <summary>
    /// Writes a body. Its commits do not wait for the disk: the one of the record that names it does, and with it for all before it.
    /// </summary>
    /// <returns>Its id, which is to be named by a record, or else given to <see cref="DeleteAsync"/>.</returns>
    public async Task<Guid> WriteAsync(Stream body, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        try
        {
            await using var database = await connections.Unhurried.OpenConnectionAsync(cancellationToken);
            await Sql.RunAsync(
                database, "insert into objects (id, state, server) values ($1, 0, $2)", cancellationToken, Sql.P(id), Sql.P(server));
            var buffer = new byte[ChunkSize];
            for (var no = 0; await body.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false, cancellationToken) is > 0 and var read; no++)
            {
                await Sql.RunAsync(
                    database, "insert into chunks (object, no, data) values ($1, $2, $3)", cancellationToken,
                    Sql.P(id), Sql.P(no), Sql.P(new ReadOnlyMemory<byte>(buffer, 0, read)));
            }

            return id;
        }
        catch (Exception e)
        {
            await DeleteAsync(id);
            if (Connections.IsOfDatabase(e))
                throw connections.FaultOf(e, cancellationToken);
            throw;
        }
    }

    /// <summary>Removes a body that no record names. What fails is removed by the sweeper once this server is gone.</summary>
    public async Task DeleteAsync(Guid id)
    {
        try
        {
            await using var database = await connections.Unhurried.OpenConnectionAsync();
            await Sql.RunAsync(database, "delete from objects where id = $1 and state = 0", CancellationToken.None, Sql.P(id));
        }
        catch (Exception e) when (Connections.IsOfDatabase(e))
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
        return connections.ReadAsync(
            async database =>
            {
                await using var command = Sql.Command(
                    database, Select, Sql.P(id), Sql.P((int)no), Sql.P((int)within + 1), Sql.P(most));
                await using var rows = await command.ExecuteReaderAsync(cancellationToken);
                return await rows.ReadAsync(cancellationToken) ? Sql.Bytes(rows, 0, buffer) : 0;
            },
            cancellationToken);
    }

    /// <summary>The length of a body, in bytes.</summary>
    public Task<long> LengthAsync(Guid id, CancellationToken cancellationToken) => connections.ReadAsync(
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
