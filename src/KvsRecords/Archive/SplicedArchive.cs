using System.IO.Pipelines;
using System.Text;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Archive;

/// <summary>
/// An archive of records that lie ready as members: local headers, members, central directory. Nothing is compressed and no checksum is
/// computed, so its length is known before its first byte and it can be begun at any byte. "Each record is stored as a separate file in
/// the archive, with the filename equal to the record key" (the specification).
/// </summary>
public sealed class SplicedArchive
{
    /// <summary>The version of the archive's form, to be part of its validator: with another form come other bytes.</summary>
    public const string Format = "1";

    /// <summary>
    /// How much is handed to the output at once, in bytes. Pieces of 4 KiB took 1.7 to 1.9 times as long; with twice as much, others wait
    /// longer for their turn, and 500 downloads take 190 MB more.
    /// </summary>
    public const int PortionSize = 128 * 1024;

    // Headers, with a key of any length that clients can write, and a body that is not in a file. With room for the longest key of the
    // format, portions were sent when a third of them was filled.
    private const int MemberRoom = ZipHeaders.Longest + (4 * RecordKey.LongestWritable) + IMemberReader.LongestBody;

    private readonly IPackedSnapshot _snapshot;
    private readonly long _directoryOffset;
    private readonly long _directoryLength;

    private SplicedArchive(IPackedSnapshot snapshot, long directoryOffset, long directoryLength) =>
        (_snapshot, _directoryOffset, _directoryLength) = (snapshot, directoryOffset, directoryLength);

    /// <summary>The bytes that were sent the last time, also when it came to a fault.</summary>
    public long BytesSent { get; private set; }

    /// <summary>The length of the archive, in bytes. MUST be exact.</summary>
    public long Length =>
        _directoryOffset + _directoryLength + ZipHeaders.EndLength(_snapshot.Totals.Records, _directoryLength, _directoryOffset);

    /// <summary>Lays an archive out. MUST NOT read members unless one of them, or the archive, is larger than 4 GiB.</summary>
    public static SplicedArchive LayOut(IPackedSnapshot snapshot)
    {
        var totals = snapshot.Totals;
        var offset = (totals.Records * ZipHeaders.LocalLength(0, isWide: false)) + totals.KeyBytes + totals.PackedBytes;
        if (offset - totals.PackedBytes + totals.ValueBytes < ZipHeaders.Limit32)
            return new(snapshot, offset, (totals.Records * ZipHeaders.CentralLength(0)) + totals.KeyBytes);

        // Some headers may need ZIP64 fields, and only the members tell which.
        var (position, directory, count) = (0L, 0L, 0L);
        using var members = snapshot.ReadMembers(from: null, withBodies: false);
        while (members.MoveNext())
        {
            directory += CentralLength(members, position);
            position += MemberLength(members);
            count++;
        }

        CheckCount(count, totals.Records);
        return new(snapshot, position, directory);
    }

    /// <summary>
    /// Writes the archive, from one of its bytes to its end. MUST give the same bytes every time; MUST hold neither bodies nor headers
    /// for longer than it takes to send a portion of them; MUST NOT complete the output.
    /// </summary>
    /// <param name="output">Where it goes. Nothing is written to it synchronously.</param>
    /// <param name="from">The first byte that is written, counted from 0.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">Nobody reads the output any more.</exception>
    /// <exception cref="IOException">A body cannot be read.</exception>
    /// <exception cref="InvalidDataException">A body is not as long as it was when it was written, or the members are not what was counted.</exception>
    public async Task WriteAsync(PipeWriter output, long from, CancellationToken cancellationToken)
    {
        using var target = new SpliceOutput(output, from);
        try
        {
            await target.FlushAsync(cancellationToken);
            if (from < _directoryOffset)
                await WriteMembersAsync(target, from, cancellationToken);
            else
                target.Pass(_directoryOffset);
            Check(target.Position, _directoryOffset);
            await WriteDirectoryAsync(target, from, cancellationToken);
            await target.SendAsync(cancellationToken);
        }
        finally
        {
            BytesSent = target.BytesSent;
        }
    }

    private async Task WriteMembersAsync(SpliceOutput target, long from, CancellationToken cancellationToken)
    {
        var first = from == 0 ? null : FindMember(target, from);
        using var members = _snapshot.ReadMembers(first, withBodies: true);
        while (members.MoveNext())
        {
            PutHeader(members, target);
            if (members.IsInFile)
            {
                using var file = OpenBody(members);
                members.Pause();
                await target.PutFileAsync(file, RandomAccess.GetLength(file), cancellationToken);
            }
            else
            {
                PutBody(members, target);
            }

            // A range would end in what is too much, and look whole.
            if (target.Position > _directoryOffset)
                throw Miscounted(target.Position, _directoryOffset);
            if (!target.HasRoom(MemberRoom))
            {
                members.Pause();
                await target.FlushAsync(cancellationToken);
            }
        }
    }

    private async Task WriteDirectoryAsync(SpliceOutput target, long from, CancellationToken cancellationToken)
    {
        var (offset, count) = (0L, 0L);
        using (var members = _snapshot.ReadMembers(from: null, withBodies: false))
        {
            while (members.MoveNext())
            {
                PutCentralHeader(members, target, offset, from);
                offset += MemberLength(members);
                count++;
                if (offset > _directoryOffset)
                    throw Miscounted(offset, _directoryOffset);
                if (!target.HasRoom(MemberRoom))
                {
                    members.Pause();
                    await target.FlushAsync(cancellationToken);
                }
            }
        }

        CheckCount(count, _snapshot.Totals.Records);
        Check(offset, _directoryOffset);
        Check(target.Position, _directoryOffset + _directoryLength);
        target.Took(ZipHeaders.WriteEnd(target.Room, _snapshot.Totals.Records, _directoryLength, _directoryOffset));
    }

    // The length was told before: what is not as long must never look whole.
    private static void Check(long length, long expected)
    {
        if (length != expected)
            throw Miscounted(length, expected);
    }

    // The end record has the number that was counted when the records were written; readers hold it against the directory.
    private static void CheckCount(long count, long expected)
    {
        if (count != expected)
            throw new InvalidDataException($"The store has {count} records instead of {expected}: its index is damaged.");
    }

    private static InvalidDataException Miscounted(long length, long expected) =>
        new($"The members take {length} bytes instead of {expected}: the index of the store is damaged.");

    // Also moves the output to where the member begins.
    private string FindMember(SpliceOutput target, long from)
    {
        using var members = _snapshot.ReadMembers(from: null, withBodies: false);
        while (members.MoveNext())
        {
            var length = MemberLength(members);
            if (target.Position + length > from)
                return Encoding.UTF8.GetString(members.Key);
            target.Pass(length);
        }

        throw Miscounted(target.Position, _directoryOffset);
    }

    private static void PutHeader(IMemberReader members, SpliceOutput target)
    {
        var key = members.Key;
        target.MakeRoom(ZipHeaders.Longest + key.Length + IMemberReader.LongestBody);
        var header = members.Header;
        target.Took(MemberHeader.Lengths(header) is null
            ? ZipHeaders.WriteWideLocal(target.Room, key, header, members.Record)
            : ZipHeaders.WriteLocal(target.Room, key, header));
    }

    private static void PutBody(IMemberReader members, SpliceOutput target)
    {
        var body = members.Body;
        if (body.Length != PackedLength(members) || body.Length > IMemberReader.LongestBody)
            throw new InvalidDataException($"A body is {body.Length} bytes long instead of {PackedLength(members)}.");

        body.CopyTo(target.Room);
        target.Took(body.Length);
    }

    private static SafeFileHandle OpenBody(IMemberReader members)
    {
        var file = members.OpenFile();
        var (length, promised) = (RandomAccess.GetLength(file), PackedLength(members));
        if (length == promised)
            return file;

        file.Dispose();
        throw new InvalidDataException($"A body is {length} bytes long instead of {promised}.");
    }

    private static void PutCentralHeader(IMemberReader members, SpliceOutput target, long offset, long from)
    {
        var length = CentralLength(members, offset);
        target.MakeRoom(length);
        if (target.Position + length <= from)
            target.Pass(length);
        else if (IsWide(members, offset))
            target.Took(ZipHeaders.WriteWideCentral(target.Room, members.Key, members.Header, RecordOf(members), offset));
        else
            target.Took(ZipHeaders.WriteCentral(target.Room, members.Key, members.Header, (uint)offset));
    }

    private static int CentralLength(IMemberReader members, long offset) => IsWide(members, offset)
        ? ZipHeaders.CentralLength(members.Key.Length, RecordOf(members), offset)
        : ZipHeaders.CentralLength(members.Key.Length);

    private static long MemberLength(IMemberReader members) => MemberHeader.Lengths(members.Header) is { } lengths
        ? ZipHeaders.LocalLength(members.Key.Length, isWide: false) + lengths.Packed
        : ZipHeaders.LocalLength(members.Key.Length, isWide: true) + members.Record.PackedLength;

    private static long PackedLength(IMemberReader members) => MemberHeader.Lengths(members.Header)?.Packed ?? members.Record.PackedLength;

    // Where only the offset does not fit, the header has all that is asked for: to find the row reads its body too.
    private static PackedRecord RecordOf(IMemberReader members) => MemberHeader.Lengths(members.Header) is { } lengths
        ? new PackedRecord(0, lengths.Length, lengths.Packed, PackingMethod.Stored)
        : members.Record;

    private static bool IsWide(IMemberReader members, long offset) =>
        offset >= ZipHeaders.Limit32 || MemberHeader.Lengths(members.Header) is null;
}
