namespace KvsRecords.Sqlite;

/// <summary>
/// Room on the disk that is kept for deleting. On a full disk a deletion needs room for the log before it gives any back; so this is
/// given up when the disk is full, and nothing more is written until there is room to have it again.
/// </summary>
internal sealed class Reserve(string path, bool isKept)
{
    /// <summary>
    /// Twice what the log holds before it is worked into the database (1,000 pages), since the database grows by as much first.
    /// </summary>
    public const int Size = 2 * 1_000 * Schema.PageSize;

    private readonly Lock _lock = new();
    private volatile bool _isHeld = !isKept;

    /// <summary>Whether it is there, if need be again.</summary>
    public bool Hold()
    {
        if (_isHeld)
            return true;

        lock (_lock)
        {
            try
            {
                OwnFiles.Create(path);
                if (!_isHeld)
                    File.OpenHandle(path, FileMode.Create, FileAccess.Write, preallocationSize: Size).Dispose();
                return _isHeld = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>MUST be done before a file is written that would take the last of the room.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public void Require()
    {
        if (!Hold())
            throw NoRoom();
    }

    /// <summary>Gives the room back; false when there is none to give.</summary>
    public bool GiveUp()
    {
        lock (_lock)
        {
            try
            {
                if (!isKept || !File.Exists(path))
                    return false;

                File.Delete(path);
                _isHeld = false;
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    public static IOException NoRoom() => new(
        $"There is no room on the disk. Deleting goes on; writing does when {Size / 1024 / 1024} MiB are free again.");
}
