using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.Storage;

namespace KvsRecords.Tests;

/// <summary>Makes whole archives, and what is left of those that fail.</summary>
internal static class Archived
{
    public static async Task<byte[]> OfAsync(IRecordSnapshot snapshot)
    {
        var (bytes, _, fault) = await TryAsync(snapshot);
        return fault is null ? bytes : throw fault;
    }

    /// <summary>Everything that had reached the output when it was completed, and what was said to have been sent.</summary>
    public static async Task<(byte[] Bytes, long BytesSent, Exception? Fault)> TryAsync(IRecordSnapshot snapshot)
    {
        var output = new MemoryStream();
        var pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        var archive = new StreamedArchive(pipe);
        var fault = await Record.ExceptionAsync(() => archive.WriteAsync(snapshot, TestContext.Current.CancellationToken));
        await pipe.CompleteAsync();
        return (output.ToArray(), archive.BytesSent, fault);
    }
}
