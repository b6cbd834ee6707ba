using KvsRecords.Archive;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Server.Tests;

/// <summary>Entries of which one fails, or what is around them.</summary>
internal sealed class FaultyEntries(IEntryHeaders headers, Fault fault, bool isDirectory, bool withBodies, string folder) : ICompressedEntries
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

    public SafeFileHandle OpenBody()
    {
        if (!IsAt(FaultyStores.InFile))
            return Entries.OpenBody();

        var other = Path.Join(folder, Path.GetRandomFileName());
        return fault switch
        {
            Fault.FileMissing => File.OpenHandle(other),
            Fault.FileTooShort => File.OpenHandle(WithLength(other, -1)),
            Fault.FileTooLong => File.OpenHandle(WithLength(other, 1)),
            Fault.FileUnreadable => File.OpenHandle(WithLength(other, 0), access: FileAccess.Write),
            _ => Entries.OpenBody(),
        };
    }

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

    private string WithLength(string path, int difference)
    {
        using var body = Entries.OpenBody();
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        file.SetLength(RandomAccess.GetLength(body) + difference);
        return path;
    }

    private static void FailIf(bool fails)
    {
        if (fails)
            throw new IOException("The disk is on fire.");
    }
}
