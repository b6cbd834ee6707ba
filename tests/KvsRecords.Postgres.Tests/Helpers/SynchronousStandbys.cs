using Npgsql;

namespace KvsRecords.Postgres.Tests;

/// <summary>The setting that says which standbys a commit waits for.</summary>
internal static class SynchronousStandbys
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    /// <summary>Sets their names, and waits until every commit goes by them.</summary>
    public static async Task SetAsync(PostgresServer server, string names)
    {
        await AskAsync(server, $"alter system set synchronous_standby_names = '{names}'");
        await AskAsync(server, "select pg_reload_conf()");

        // A new connection shows what the server has read and passed on. Of its processes the checkpointer decides whether commits wait: it
        // reads what was passed on before it makes a checkpoint.
        while (!names.Equals(await AskAsync(server, "show synchronous_standby_names")))
            await Task.Delay(10, Running);
        await AskAsync(server, "checkpoint");
    }

    private static async Task<object?> AskAsync(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Running);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Running);
    }
}
