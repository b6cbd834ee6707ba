using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Database;

/// <summary>The reasons for which a database cannot be used at the start, each as a sentence for a person.</summary>
internal static class Refusals
{
    public static Exception Of(Exception e, NpgsqlConnectionStringBuilder connection)
    {
        var where = ConnectionText.Describe(connection);
        return e switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                new StorageRefusedException($"The user '{connection.Username}' was refused by {where}: the password is wrong, or the user may not connect from here.", e),
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                new StorageRefusedException($"There is no database '{connection.Database}' on {connection.Host}:{connection.Port}.", e),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused =>
                new StorageRefusedException($"The user '{connection.Username}' lacks a right in {where}: {refused.MessageText}.", e),
            PostgresException { SqlState: PostgresErrorCodes.InvalidSchemaName } =>
                new StorageRefusedException($"The user '{connection.Username}' may not use the schema '{connection.SearchPath}' in {where}.", e),
            NpgsqlException { Message: var message } when message.Contains("No password", StringComparison.Ordinal) =>
                new StorageRefusedException($"The user '{connection.Username}' needs a password for {where}, and none was given.", e),
            IOException or OperationCanceledException => e,
            NpgsqlException or TimeoutException or System.Net.Sockets.SocketException or ArgumentException =>
                new IOException($"A connection to {where} cannot be opened: {e.Message}", e),
            _ => e,
        };
    }
}
