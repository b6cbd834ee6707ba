using KvsRecords.Storage;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>What one request is served with that is to see stores as they were before the last write.</summary>
internal sealed class StaleServices(IServiceProvider services, LastWrites lastWrites) : IServiceProvider
{
    public object? GetService(Type serviceType) => serviceType == typeof(IStoreReader) && lastWrites.Stores is IPackedStoreReader packed
        ? new StaleStores(packed, lastWrites)
        : services.GetService(serviceType);
}
