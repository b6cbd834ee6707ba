using KvsRecords.StorageContract;

namespace KvsRecords.Postgres.Tests;

public sealed class KillTests() : KillContract(rounds: 1)
{
    protected override async Task<IManagedStorage> OpenAsync()
    {
        PostgresServer.Require();
        return await StorageInDatabase.OpenAsync();
    }
}
