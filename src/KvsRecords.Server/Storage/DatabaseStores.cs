using KvsRecords.Managed;
using KvsRecords.Server.Settings;
#if WITH_POSTGRES
using KvsRecords.Postgres;
#else
using KvsRecords.Storage;
#endif

namespace KvsRecords.Server.Storage;

/// <summary>The managed stores in a database. A program that was built without PostgreSQL refuses to open them.</summary>
internal static class DatabaseStores
{
#if WITH_POSTGRES
    /// <exception cref="IOException">It is refused, or cannot be reached; the message says which.</exception>
    public static Task<IManagedStores> OpenAsync(
        DatabaseConnection connection, ServerOptions options, TimeProvider clock, Action<string> warn, bool readOnly,
        CancellationToken cancellationToken) =>
        ConvertAsync(
            PostgresStorage.OpenAsync(
                new PostgresStorageOptions
                {
                    ConnectionString = connection.Text,
                    FindUser = options.Users.Find,
                    Migrate = options.Migrates && !readOnly,
                    ReadOnly = readOnly,
                    Clock = clock,
                    Warn = warn,
                },
                cancellationToken),
            IManagedStores (stores) => stores);

    /// <summary>Makes the tables, or brings them up to date.</summary>
    /// <returns>The versions of the schema before (0: there was none) and now.</returns>
    /// <exception cref="IOException">It is refused, or cannot be reached; the message says which.</exception>
    public static Task<(int From, int To)> MigrateAsync(DatabaseConnection connection, CancellationToken cancellationToken) =>
        ConvertAsync(PostgresStorage.MigrateAsync(connection.Text, cancellationToken), result => (result.From, result.To));

    /// <summary>Runs work while no other server on the same database runs such work.</summary>
    public static Task RunAloneAsync(IManagedStores stores, Func<Task> work, CancellationToken cancellationToken) =>
        ((PostgresStorage)stores).RunAloneAsync(
            async () =>
            {
                await work();
                return true;
            },
            cancellationToken);

    // 'await' would make types of this assembly that hold PostgreSQL's. The package for tests comes without those, and a program that lists
    // the types of all assemblies would fail.
    private static async Task<TResult> ConvertAsync<T, TResult>(Task<T> task, Func<T, TResult> result) => result(await task);
#else
    private const string Missing =
        "This program was built without PostgreSQL, which makes it smaller; the container image and the .NET tool have it.";

    public static Task<IManagedStores> OpenAsync(
        DatabaseConnection connection, ServerOptions options, TimeProvider clock, Action<string> warn, bool readOnly,
        CancellationToken cancellationToken) =>
        throw new StorageRefusedException(Missing);

    public static Task<(int From, int To)> MigrateAsync(DatabaseConnection connection, CancellationToken cancellationToken) =>
        throw new StorageRefusedException(Missing);

    public static Task RunAloneAsync(IManagedStores stores, Func<Task> work, CancellationToken cancellationToken) =>
        throw new StorageRefusedException(Missing);
#endif
}
