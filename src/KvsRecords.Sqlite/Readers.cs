using System.Collections.Concurrent;

namespace KvsRecords.Sqlite;

/// <summary>Connections for reading: as many as are in use at once. Each read is a short transaction of its own.</summary>
internal sealed class Readers(string path) : IDisposable
{
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile bool _closed;

    public T Read<T>(Func<Database, T> read)
    {
        var database = Take();
        try
        {
            return read(database);
        }
        finally
        {
            GiveBack(database);
        }
    }

    /// <summary>A connection for somebody who reads on and on; to be given back.</summary>
    public Database Take()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _idle.TryTake(out var database) ? database : Database.Open(path, readOnly: true);
    }

    public void GiveBack(Database database)
    {
        _idle.Add(database);
        if (_closed)
            Dispose();
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var database))
            database.Dispose();
    }
}
