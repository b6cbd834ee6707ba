using KvsRecords.Archive;
using KvsRecords.Storage;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Server.Tests;

/// <summary>Members of which one fails, or what is around them.</summary>
internal sealed class FaultyMembers(IMemberReader members, Fault fault, bool isDirectory, bool withBodies, string folder) : IMemberReader
{
    public ReadOnlySpan<byte> Key => members.Key;

    public PackedRecord Record => members.Record;

    public ReadOnlySpan<byte> Header
    {
        get
        {
            FailIf(IsAt(FaultyStores.InRow) && (withBodies, isDirectory, fault) is (true, _, Fault.InItsHeader) or (_, true, Fault.InAHeaderOfTheDirectory));
            return members.Header;
        }
    }

    public ReadOnlySpan<byte> Body
    {
        get
        {
            var body = members.Body;
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

    public bool IsInFile => members.IsInFile;

    public SafeFileHandle OpenFile()
    {
        if (!IsAt(FaultyStores.InFile))
            return members.OpenFile();

        var other = Path.Join(folder, Path.GetRandomFileName());
        return fault switch
        {
            Fault.FileMissing => File.OpenHandle(other),
            Fault.FileTooShort => File.OpenHandle(WithLength(other, -1)),
            Fault.FileTooLong => File.OpenHandle(WithLength(other, 1)),
            Fault.FileUnreadable => File.OpenHandle(WithLength(other, 0), access: FileAccess.Write),
            _ => members.OpenFile(),
        };
    }

    public bool MoveNext()
    {
        if (!members.MoveNext())
        {
            FailIf((withBodies, isDirectory, fault) is (true, _, Fault.BeforeTheDirectory) or (_, true, Fault.BeforeTheEnd));
            return false;
        }

        FailIf(IsAt(FaultyStores.InRow) && (withBodies, isDirectory, fault) is (true, _, Fault.BeforeItsHeader) or (_, true, Fault.InTheDirectory));
        return true;
    }

    public void Pause() => members.Pause();

    public void Dispose() => members.Dispose();

    private bool IsAt(string key) => members.Key.Length == 1 && members.Key[0] == key[0];

    private string WithLength(string path, int difference)
    {
        using var body = members.OpenFile();
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
