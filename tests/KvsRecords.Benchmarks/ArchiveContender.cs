using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>Something that serves a set as a ZIP: what to start for it, and where it then answers.</summary>
internal abstract class ArchiveContender : Contender
{
    public abstract ProcessStartInfo Command(DataSet set);

    public virtual Uri Archive(Uri origin, DataSet set) => origin;
}
