using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>Takes a record over; the value is read to its end.</summary>
internal delegate ValueTask TakeRecord(NewRecord record, SeedStream value, CancellationToken cancellationToken);

/// <summary>A store that lies elsewhere and can be loaded.</summary>
internal interface ISeedStore : IAsyncDisposable
{
    /// <summary>The model of the new store. Known before anything else of it is read.</summary>
    Store Model { get; }

    /// <summary>MUST look at all names, and report those that cannot be keys.</summary>
    /// <returns>How many records there are.</returns>
    /// <exception cref="IOException">It cannot be read; the message says what.</exception>
    ValueTask<long> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Hands over every record, several at once: compressing takes most of the time, and every core can do it.</summary>
    /// <exception cref="IOException">One cannot be read; the message says which.</exception>
    Task CopyAsync(TakeRecord take, CancellationToken cancellationToken);
}

/// <summary>Hears what is loaded, and how far it is.</summary>
internal interface ISeedReporter
{
    /// <summary>Takes a line that is worth reading.</summary>
    void Note(string line);

    /// <summary>Does work that takes long, and shows its progress.</summary>
    /// <param name="title">The name of the work, as a person would call it.</param>
    /// <param name="work">Does it, and reports now and then how much is done of how much. Before that, the total is unknown.</param>
    Task ShowAsync(string title, Func<Action<long, long>, Task> work);
}
