using System.Collections.Concurrent;

namespace KvsRecords.Sqlite;

/// <summary>Connections for reading: as many as are in use at once. Each read is a short transaction of its own.</summary>
internal sealed class Readers(string path) : IDisposable
{
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile bool _closed;

    public T Read<T>(Func<Database, T> read)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_idle.TryTake(out var database))
            database = Database.Open(path, readOnly: true);
        try
        {
            return read(database);
        }
        finally
        {
            _idle.Add(database);
            if (_closed)
                Dispose();
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var database))
            database.Dispose();
    }
}
