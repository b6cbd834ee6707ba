using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>An archive that was downloaded: from the question to its last byte.</summary>
internal sealed record ArchiveReceived(long Start, long End, long Bytes)
{
    public double Seconds => Stopwatch.GetElapsedTime(Start, End).TotalSeconds;
}
