using System.Diagnostics;
using KvsRecords.Postgres.Database;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>
/// The snapshots and bodies that this server reads. What dies stays for a minute; those that are read for longer get a row that keeps what
/// they need, for as long as it is renewed.
/// </summary>
internal sealed class Leases(Guid server, Intervals intervals)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Lease> _open = [];
    private long _lastRenewal = Stopwatch.GetTimestamp();

    /// <summary>Opens a lease. MUST be called before the revision, or the body, is looked up.</summary>
    public Lease Open()
    {
        var lease = new Lease(this);
        lock (_lock)
            _open.Add(lease);
        return lease;
    }

    /// <summary>Writes the leases that are open for long enough to need it.</summary>
    public async Task RenewAsync(NpgsqlConnection database, CancellationToken cancellationToken)
    {
        const string Delete = "delete from leases where server = $1";
        const string Insert = """
            insert into leases (server, store, revision, object, until)
            select $1, n.store, n.revision, n.object, clock_timestamp() + $5
            from unnest($2::bigint[], $3::bigint[], $4::uuid[]) as n (store, revision, object)
            """;
        var start = Stopwatch.GetTimestamp();
        List<Lease> open;
        lock (_lock)
        {
            // What they kept may be gone, whatever is renewed from now on.
            if (HasLapsed)
                _open.Where(lease => lease.Age > intervals.Trust).ToList().ForEach(lease => lease.IsLost = true);
            open = [.. _open.Where(lease => lease.IsSet && lease.Age * 6 >= intervals.Grace)];
        }

        await using var batch = new NpgsqlBatch(database)
        {
            BatchCommands =
            {
                Servers.Seen(server),
                Sql.Part(Delete, Sql.P(server)),
                Sql.Part(
                    Insert, Sql.P(server), Sql.P(open.Select(lease => lease.Store).ToArray()),
                    Sql.P(open.Select(lease => lease.Revision).ToArray()), Sql.P(open.Select(lease => lease.Object).ToArray()),
                    Sql.P(intervals.Lease)),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        Volatile.Write(ref _lastRenewal, start);
    }

    private bool HasLapsed => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastRenewal)) > intervals.Trust;

    private void Check(Lease lease)
    {
        if (lease.IsLost || (lease.Age > intervals.Trust && HasLapsed))
            throw new IOException("The download was broken off: the database could not be reached for so long that what it needs may be gone.");
    }

    private void Close(Lease lease)
    {
        lock (_lock)
            _open.Remove(lease);
    }

    /// <summary>A snapshot, or a body, that is being read.</summary>
    internal sealed class Lease(Leases all) : IDisposable
    {
        private readonly long _opened = Stopwatch.GetTimestamp();

        public long? Store { get; private set; }

        public long? Revision { get; private set; }

        public Guid? Object { get; private set; }

        public bool IsLost { get; set; }

        public bool IsSet => Store is not null || Object is not null;

        public TimeSpan Age => Stopwatch.GetElapsedTime(_opened);

        public void Set(long store, long revision) => (Store, Revision) = (store, revision);

        public void Set(Guid body) => Object = body;

        /// <summary>Makes sure that what is about to be read, or has just been read, cannot have been removed.</summary>
        /// <exception cref="IOException">It can.</exception>
        public void Check() => all.Check(this);

        public void Dispose() => all.Close(this);
    }
}
