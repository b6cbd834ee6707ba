using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>
/// A writer of stores; only some backends have one. A change MUST be there after a power cut once it is answered, unless the backend was
/// opened without that promise, and every later reader MUST see it. A fault of the medium is an <see cref="IOException"/>: then nothing is
/// promised, and MUST NOT be half done.
/// </summary>
public interface IStoreWriter
{
    /// <summary>
    /// Finds the owner's store of this name (compared without case), or makes one. MUST make a new one where there is no name; MUST give a
    /// new store an id that no store ever had, also where one of the same name was deleted; MUST leave the schema of a store that is there
    /// alone. Of several calls at once for the same name, exactly one makes the store.
    /// </summary>
    /// <param name="owner">The owner of the store.</param>
    /// <param name="name">The name; null: it has none. Well-formed text that is not empty and has no NUL.</param>
    /// <param name="schema">The schema of a new store, or null.</param>
    /// <param name="cancellationToken">Gives up as long as the work has not begun.</param>
    ValueTask<StoreFound> GetOrCreateAsync(User owner, string? name, StoreSchema? schema, CancellationToken cancellationToken);

    /// <summary>Begins to copy a store from elsewhere.</summary>
    /// <param name="model">
    /// The new store's id, name, title, owner, general access, users it is shared with, schema and time of creation. Its
    /// signing key too, and a new one where it has none.
    /// </param>
    /// <param name="cancellationToken">Gives up as long as the work has not begun.</param>
    /// <returns>Null when there is a store with that id, or with that name of that owner.</returns>
    ValueTask<IStoreImport?> BeginImportAsync(Store model, CancellationToken cancellationToken);

    /// <summary>
    /// Makes what a person has declared of a store true: of the store of that name (of the declared owner, else of
    /// <paramref name="defaultOwner"/>), or else of that id, which is made when it is not there. A declared id, schema or signing key
    /// takes the place of the store's own; where none is declared, the store's own stays. The general access and who it is shared with
    /// MUST be as declared from then on.
    /// </summary>
    /// <exception cref="StoreIdTakenException">Another store has the declared id.</exception>
    /// <exception cref="StoreNameTakenException">The declared owner has another store of the name that the store with the declared id has.</exception>
    ValueTask<Store> DeclareAsync(StoreDeclaration declaration, User defaultOwner, CancellationToken cancellationToken);

    /// <summary>Changes what a <see cref="StoreChange"/> names. MUST be all of the change or nothing.</summary>
    /// <returns>The store after the change; null when it is not there any more.</returns>
    /// <exception cref="StoreNameTakenException">Another store of the owner has the name, compared without case.</exception>
    ValueTask<Store?> UpdateAsync(Store store, StoreChange change, CancellationToken cancellationToken);

    /// <summary>Deletes a store with all its records. Snapshots that are open go on seeing them.</summary>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> DeleteAsync(Store store, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes those of the stores, as above, that have no name and have not been used since: neither they nor a record of theirs was
    /// changed, read or listed, also not in the moment before.
    /// </summary>
    /// <returns>Those that were deleted.</returns>
    ValueTask<IReadOnlyList<Store>> DeleteUnusedAsync(
        IReadOnlyList<Store> stores, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a record, over the one of the same key. MUST read the value as a stream; MUST leave nothing behind when the value
    /// fails before its end; MUST keep the content type exactly.
    /// </summary>
    /// <param name="store">The store to write to.</param>
    /// <param name="record">The record's key, content type and time.</param>
    /// <param name="value">The value, to its end. It is not disposed.</param>
    /// <param name="cancellationToken">Gives up as long as the value has not been read.</param>
    /// <returns>False when the store is not there any more.</returns>
    /// <exception cref="ArgumentException">The key is one that <see cref="RecordKey.WhyUnsafeToUnpack"/> refuses, or no text.</exception>
    ValueTask<bool> PutAsync(Store store, NewRecord record, Stream value, CancellationToken cancellationToken);

    /// <summary>Deletes a record.</summary>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> DeleteAsync(Store store, RecordKey key, CancellationToken cancellationToken);
}

/// <summary>
/// A store that is being filled and that is hidden until then. Disposing one that is not complete MUST leave nothing of it behind; neither
/// must the end of the process, after the next start.
/// </summary>
public interface IStoreImport : IAsyncDisposable
{
    /// <summary>
    /// Adds a record, over the one of the same key. May be called by several callers at once. MUST read the value as a stream; need not
    /// have survived a power cut before <see cref="CompleteAsync"/> is answered.
    /// </summary>
    /// <param name="record">The record's key, content type and time.</param>
    /// <param name="value">The value, to its end. It is not disposed.</param>
    /// <param name="cancellationToken">Gives up as long as the value has not been read.</param>
    /// <exception cref="ArgumentException">The key is one that a record of this storage cannot have.</exception>
    ValueTask PutAsync(NewRecord record, Stream value, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the store one like any other; no record may be on its way. The store MUST have survived a power cut, with all its records,
    /// when this is answered; MUST be all of it or nothing.
    /// </summary>
    /// <returns>False when a store of that name, or with that id, has been made meanwhile: then nothing is left of this one.</returns>
    ValueTask<bool> CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>The key of a record that is written, with its content type and time.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ContentType">Its content type, kept exactly; null: none was given.</param>
/// <param name="LastModified">When its value was last changed, kept to the millisecond; null: now.</param>
public sealed record NewRecord(RecordKey Key, string? ContentType = null, DateTimeOffset? LastModified = null);

/// <summary>A change of a store's name, title, general access, or of the users it is shared with. Null leaves what there is.</summary>
/// <param name="Name">Its name; the empty one takes it away.</param>
/// <param name="Title">Its title; the empty one takes it away.</param>
/// <param name="GeneralAccess">Who else may read.</param>
/// <param name="SharedWith">The ids of the users who may read whatever the general access says.</param>
public sealed record StoreChange(
    string? Name = null, string? Title = null, GeneralAccess? GeneralAccess = null, IReadOnlySet<string>? SharedWith = null);

/// <summary>A store that was asked for.</summary>
/// <param name="Store">The store.</param>
/// <param name="IsNew">Whether this call made it.</param>
public readonly record struct StoreFound(Store Store, bool IsNew);

/// <summary>A refusal of a store's id, since another store has it.</summary>
/// <param name="id">The id.</param>
public sealed class StoreIdTakenException(string id) : Exception($"Another store has the id '{id}'.")
{
    /// <summary>The id.</summary>
    public string Id => id;
}

/// <summary>A refusal of a store's name, since another store of its owner has it.</summary>
/// <param name="name">The name.</param>
public sealed class StoreNameTakenException(string name) : Exception($"Another store is called '{name}'.")
{
    /// <summary>The name.</summary>
    public string Name => name;
}
