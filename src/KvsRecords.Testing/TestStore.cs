using System.Text;
using KvsRecords.Managed;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Testing;

/// <summary>
/// A store of an emulator, past the API: no token is needed, no limit holds, no fault strikes, no schema is enforced, and no request is
/// noted.
/// </summary>
public sealed class TestStore
{
    // Some hundred bytes are enough to guess a content type by.
    private const int BeginningSize = 512;

    private readonly Store _store;
    private readonly IManagedStores _stores;

    internal TestStore(Store store, IManagedStores stores) => (_store, _stores) = (store, stores);

    /// <summary>The id, which URLs and signatures are made of.</summary>
    public string Id => _store.Id;

    /// <summary>The name when it was found, or null when it had none.</summary>
    public string? Name => _store.Name;

    /// <summary>The username of the owner.</summary>
    public string Owner => _store.Owner.Username;

    /// <summary>The key that its URLs are signed with. A secret, as far as a test has one.</summary>
    public string? UrlSigningSecretKey => _store.UrlSigningSecretKey;

    /// <summary>Writes a record as UTF-8, over the one of the same key.</summary>
    /// <param name="key">The key: any that an archive can have as the name of a file.</param>
    /// <param name="value">The value.</param>
    /// <param name="contentType">The content type, kept exactly; null: guessed from the key's extension or the value.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">There can be no such key.</exception>
    /// <exception cref="InvalidOperationException">The store is not there any more.</exception>
    public Task PutAsync(string key, string value, string? contentType = null, CancellationToken cancellationToken = default) =>
        PutAsync(key, Encoding.UTF8.GetBytes(value), contentType, cancellationToken);

    /// <inheritdoc cref="PutAsync(string, string, string?, CancellationToken)"/>
    /// <summary>Writes a record, over the one of the same key.</summary>
    public async Task PutAsync(string key, byte[] value, string? contentType = null, CancellationToken cancellationToken = default)
    {
        contentType ??= ContentTypes.Guess(key, value.AsSpan(0, Math.Min(value.Length, BeginningSize)));
        using var stream = new MemoryStream(value, writable: false);
        if (!await _stores.PutAsync(_store, new NewRecord(new RecordKey(key), contentType), stream, cancellationToken))
            throw new InvalidOperationException($"The store {this} is not there any more: it was deleted, or there was a reset.");
    }

    /// <summary>A record as it is now. MUST be null when there is none, also when the store is not there any more.</summary>
    public async Task<TestRecord?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        if (await _stores.OpenRecordAsync(_store, new RecordKey(key), cancellationToken) is not { } content)
            return null;

        await using var stream = new RecordStream(content);
        var value = new byte[content.Length];
        await stream.ReadExactlyAsync(value, cancellationToken);
        return new TestRecord(key, value, content.ContentType);
    }

    /// <summary>The keys of its records, in the order of an archive: that of their UTF-8 bytes.</summary>
    /// <param name="prefix">The prefix of the keys.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>> ListKeysAsync(string prefix = "", CancellationToken cancellationToken = default)
    {
        var filter = prefix.Length == 0 ? RecordFilter.Everything : new RecordFilter(Prefix: prefix);
        await using var snapshot = await _stores.OpenSnapshotAsync(_store, filter, cancellationToken);
        var keys = new List<string>();
        await foreach (var key in snapshot.ReadKeysAsync(cancellationToken))
            keys.Add(key.Text);
        return keys;
    }

    /// <summary>The store as <c>username~name</c>, or its id where it has no name.</summary>
    public override string ToString() => Name is null ? Id : $"{Owner}~{Name}";
}
