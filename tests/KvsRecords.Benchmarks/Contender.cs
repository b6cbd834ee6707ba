namespace KvsRecords.Benchmarks;

/// <summary>Somebody who is measured.</summary>
internal abstract class Contender
{
    public abstract string Name { get; }

    /// <summary>Version and settings, as far as they matter for its figures.</summary>
    public abstract string About { get; }
}
