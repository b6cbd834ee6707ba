using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>Something that serves a set as a ZIP: what to start for it, and where it then answers.</summary>
internal abstract class Contender
{
    public abstract string Name { get; }

    /// <summary>Version and settings, as far as they matter for its figures.</summary>
    public abstract string About { get; }

    public abstract ProcessStartInfo Command(DataSet set);

    public virtual Uri Archive(Uri origin, DataSet set) => origin;
}
