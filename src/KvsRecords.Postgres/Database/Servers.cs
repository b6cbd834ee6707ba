using Npgsql;

namespace KvsRecords.Postgres.Database;

/// <summary>The rows of the servers that share the database. What a server left half done is removed once its row is old, or gone.</summary>
internal static class Servers
{
    private const string Add = """
        insert into servers (id, stamp, seen) values ($1, 0, clock_timestamp()) on conflict (id) do update set seen = clock_timestamp()
        """;

    public static Task AddAsync(NpgsqlConnection database, Guid server, CancellationToken cancellationToken) =>
        Sql.RunAsync(database, Add, cancellationToken, Sql.P(server));

    public static NpgsqlBatchCommand Seen(Guid server) => Sql.Part(Add, Sql.P(server));

    public static Task RemoveAsync(NpgsqlConnection database, Guid server) =>
        Sql.RunAsync(database, "delete from servers where id = $1", CancellationToken.None, Sql.P(server));
}
