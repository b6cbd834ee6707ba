using KvsRecords.Archive;

namespace KvsRecords.Server.Tests;

/// <summary>Entries of which one fails, or what is around them.</summary>
internal sealed class FaultyEntries(IEntryHeaders headers, Fault fault, bool isDirectory, bool withBodies) : ICompressedEntries
{
    public ReadOnlySpan<byte> Key => headers.Key;

    public EntryLengths Lengths => headers.Lengths;

    public ReadOnlySpan<byte> Header
    {
        get
        {
            FailIf(IsAt(FaultyStores.InRow) && (withBodies, isDirectory, fault) is (true, _, Fault.InItsHeader) or (_, true, Fault.InAHeaderOfTheDirectory));
            return headers.Header;
        }
    }

    public ReadOnlySpan<byte> Body
    {
        get
        {
            var body = Entries.Body;
            if (!IsAt(FaultyStores.InRow))
                return body;

            FailIf(fault == Fault.BeforeItsBody);
            return fault switch
            {
                Fault.BodyTooShort => body[..^1],
                Fault.BodyTooLong => (byte[])[.. body, 0],
                _ => body,
            };
        }
    }

    public bool IsInline => Entries.IsInline;

    public ValueTask<int> ReadBodyAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var isLast = offset + buffer.Length >= Lengths.Compressed;
        return (IsAt(FaultyStores.InFile), fault, isLast) switch
        {
            (true, Fault.FileMissing, _) => throw new FileNotFoundException("It is not there."),
            (true, Fault.FileTooShort, true) or (true, Fault.FileTooLong, _) => throw new InvalidDataException("It is not as long as it was."),
            (true, Fault.FileUnreadable, _) => throw new UnauthorizedAccessException("It is not to be read."),
            _ => Entries.ReadBodyAsync(offset, buffer, cancellationToken),
        };
    }

    public ValueTask<bool> LoadAsync(CancellationToken cancellationToken) => headers.LoadAsync(cancellationToken);

    public bool MoveNext()
    {
        if (!headers.MoveNext())
        {
            FailIf((withBodies, isDirectory, fault) is (true, _, Fault.BeforeTheDirectory) or (_, true, Fault.BeforeTheEnd));
            return false;
        }

        FailIf(IsAt(FaultyStores.InRow) && (withBodies, isDirectory, fault) is (true, _, Fault.BeforeItsHeader) or (_, true, Fault.InTheDirectory));
        return true;
    }

    public void Pause() => headers.Pause();

    public void Dispose() => headers.Dispose();

    private ICompressedEntries Entries => (ICompressedEntries)headers;

    private bool IsAt(string key) => headers.Key.Length == 1 && headers.Key[0] == key[0];

    private static void FailIf(bool fails)
    {
        if (fails)
            throw new IOException("The disk is on fire.");
    }
}
