using KvsRecords.StorageContract;

namespace KvsRecords.Sqlite.Tests;

public sealed class KillTests() : KillContract(rounds: 3)
{
    protected override Task<IManagedStorage> OpenAsync() => Task.FromResult<IManagedStorage>(new StorageInFolder(durable: true));
}
