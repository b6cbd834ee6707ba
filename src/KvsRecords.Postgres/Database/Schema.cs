using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Database;

/// <summary>The tables, and their versions.</summary>
internal static class Schema
{
    /// <summary>The PostgreSQL schema that holds the tables, where the connection string names none.</summary>
    public const string Name = "kvs_records";

    /// <summary>The version of the tables that this program reads and writes.</summary>
    public const int Version = 1;

    /// <summary>A store that is deleted; its records are being removed.</summary>
    public const short Gone = 1;

    /// <summary>A store that is there.</summary>
    public const short There = 0;

    /// <summary>A store that is being filled, and is hidden until then.</summary>
    public const short Unfinished = 2;

    /// <summary>The arguments of the lock of the server that removes what is dead. Other installations may share the database.</summary>
    public const string SweepLock = "1803973475, hashtext('sweep ' || current_schema())";

    /// <summary>The arguments of the lock of the server that does something alone.</summary>
    public const string AloneLock = "1803973475, hashtext('alone ' || current_schema())";

    // There may be no schema yet.
    private const string MigrationLock = "1803973475, 0";

    // The order of keys is that of the archive: by bytes. Bodies are compressed already: 'external' keeps the database from trying.
    private const string Create = """
        create table stores (
            number bigint generated always as identity primary key,
            id text collate "C" not null,             -- the id in the URL
            owner text collate "C" not null,          -- the id of a user
            owner_name text not null,
            name text,                                -- null: it has none
            folded_name text collate "C",             -- the name in upper case, for comparing
            title text,
            general_access text not null,
            shared_with text,                         -- the ids of users who may read, a JSON array
            signing_key text,
            schema text,                              -- JSON
            created bigint not null,                  -- milliseconds since 1970, UTC
            modified bigint not null,
            accessed bigint not null,
            revision bigint not null default 0,       -- one more with each commit that changed a record
            records bigint not null default 0,        -- how many there are at this revision
            compressed_bytes bigint not null default 0,
            key_bytes bigint not null default 0,      -- in UTF-8
            value_bytes bigint not null default 0,
            reads bigint not null default 0,          -- how many records were opened one by one so far
            writes bigint not null default 0,
            deletes bigint not null default 0,
            lists bigint not null default 0,          -- how many times they were listed or downloaded
            state smallint not null,                  -- 0: there; 1: gone, its records are being removed; 2: being filled
            gone_at timestamptz,
            filled_by uuid,                           -- the server that fills it
            is_expiring boolean not null default false, -- a read is to be saved at once
            incarnation bigint not null,              -- a random number: no two stores have it in common
            stamp bigint not null                     -- a random number of the last commit: no two histories have it in common
        ) with (fillfactor = 20);
        create unique index stores_by_id on stores (id) where state = 0;
        create unique index stores_by_name on stores (owner, folded_name) where folded_name is not null and state = 0;
        create index other_stores on stores (state) where state <> 0;

        create table objects (
            id uuid primary key,                      -- the large body of one version of a record
            state smallint not null,                  -- 0: being written; 1: a record has it; 2: it had one
            server uuid not null,                     -- the one that writes it
            dead_at timestamptz
        );
        create index other_objects on objects (state, dead_at) where state <> 1;
        create table chunks (
            object uuid not null references objects on delete cascade,
            no integer not null,
            data bytea not null,
            primary key (object, no)
        );
        alter table chunks alter column data set storage external;

        create table records (
            store bigint not null,                    -- stores.number
            key text collate "C" not null,
            born bigint not null,                     -- the store's revision with which this version came
            died bigint,                              -- the one with which it was overwritten or deleted; null: it holds
            died_at timestamptz,
            length bigint not null,                   -- of the value, in bytes
            compressed_length bigint not null,
            crc32 bigint not null,                    -- of the value
            method smallint not null,                 -- 0 stored, 8 deflated
            modified bigint not null,                 -- milliseconds since 1970, UTC
            header bytea not null,                    -- what the headers of the ZIP entry have in common
            content_type text,
            object uuid references objects,           -- where the compressed bytes are, or null
            body bytea,                               -- the compressed bytes, or null
            primary key (store, key, born)
        ) with (toast_tuple_target = 8160);
        alter table records alter column body set storage external;
        create unique index current_records on records (store, key) where died is null; -- not one for each version that is dead
        create index dead_records on records (died_at) where died is not null;
        create unique index record_objects on records (object) where object is not null;
        create index directory on records (store, key, born, died, header);

        create table servers (
            id uuid primary key,
            stamp bigint not null,                    -- that of its last commit
            seen timestamptz not null
        );
        create table leases (
            server uuid not null references servers on delete cascade,
            store bigint,                             -- a snapshot of this store
            revision bigint,                          -- at this revision
            object uuid,                              -- or one body
            until timestamptz not null
        );
        create index leases_by_server on leases (server);
        create index leases_by_store on leases (store);
        create index leases_by_object on leases (object);
        """;

    /// <summary>Makes the tables, or checks those that are there. Of several servers one does it, and the others wait.</summary>
    /// <exception cref="StorageRefusedException">They are not of this version, and it is not allowed to make them so.</exception>
    public static async Task<MigrationResult> PrepareAsync(
        NpgsqlConnection connection, string searchPath, bool mayMigrate, CancellationToken cancellationToken)
    {
        if (await Sql.FirstAsync(connection, "show server_encoding", row => row.GetString(0), cancellationToken) is not "UTF8" and var encoding)
            throw new StorageRefusedException($"The database keeps its text as {encoding}; keys need UTF8.");

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Sql.LockAsync(connection, $"select pg_advisory_xact_lock({MigrationLock})", cancellationToken);
        var version = await VersionAsync(connection, cancellationToken);
        if (version > Version)
            throw new StorageRefusedException($"The database was written by a newer version of this program (tables of version {version}; this program knows {Version}).");
        if (version == Version)
            return new(version, version);
        if (!mayMigrate)
            throw new StorageRefusedException(version == 0
                ? "The database has no tables of this program. 'kvs-records migrate' makes them."
                : $"The database has tables of version {version}, and this program needs {Version}. 'kvs-records migrate' brings them up to date.");

        await MakeSchemaAsync(connection, searchPath.Split(',')[0].Trim().Trim('"'), cancellationToken);
        await Sql.RunAsync(connection, $"{Create}; create table version (number integer not null); insert into version values ({Version})", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(version, Version);
    }

    // A role may be allowed to write in a schema and not to make one.
    private static async Task MakeSchemaAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        if (!await Sql.FirstAsync(connection, "select to_regnamespace(quote_ident($1)) is not null", row => row.GetBoolean(0), cancellationToken, Sql.P(name)))
            await Sql.RunAsync(connection, $"create schema \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", cancellationToken);
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string IsThere = "select to_regclass('version') is not null and to_regclass('stores') is not null";
        return await Sql.FirstAsync(connection, IsThere, row => row.GetBoolean(0), cancellationToken)
            ? await Sql.FirstAsync(connection, "select max(number) from version", row => row.GetInt32(0), cancellationToken)
            : 0;
    }
}
