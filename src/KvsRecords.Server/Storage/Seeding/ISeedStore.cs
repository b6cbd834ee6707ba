using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>Takes a record over; the value is read to its end.</summary>
internal delegate ValueTask TakeRecord(NewRecord record, SeedStream value, CancellationToken cancellationToken);

/// <summary>A store that lies elsewhere and can be loaded.</summary>
internal interface ISeedStore : IAsyncDisposable
{
    /// <summary>What the new store shall be like. Known before anything else of it is read.</summary>
    Store Model { get; }

    /// <summary>MUST look at all names, and tell those that cannot be keys.</summary>
    /// <returns>How many records there are.</returns>
    /// <exception cref="IOException">It cannot be read; the message says what.</exception>
    ValueTask<long> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Hands every record over, several at once: to pack them is what takes the time, and every core can do it.</summary>
    /// <exception cref="IOException">One cannot be read; the message says which.</exception>
    Task CopyAsync(TakeRecord take, CancellationToken cancellationToken);
}
