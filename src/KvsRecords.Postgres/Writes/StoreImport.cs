using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Postgres.Writes;

/// <summary>A store that is being filled, with records that are written as all others are.</summary>
internal sealed class StoreImport(long number, Store model, StoreWriter stores, RecordWriter records) : IStoreImport
{
    private bool _isOver;

    public async ValueTask PutAsync(NewRecord record, Stream value, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        ObjectDisposedException.ThrowIf(!await records.PutAsync(number, record, value, counts: true, cancellationToken), this);
    }

    public async ValueTask<bool> CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        cancellationToken.ThrowIfCancellationRequested();
        var isThere = await stores.CompleteImportAsync(number, model);
        _isOver = true;
        return isThere;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOver)
            return;

        _isOver = true;
        try
        {
            await stores.DeleteAsync(number);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It is removed once this server is gone.
        }
    }
}
