using KvsRecords.Server.Tests;

[assembly: AssemblyFixture(typeof(NoSecretsSaid))]

namespace KvsRecords.Server.Tests;

/// <summary>After all tests: no secret that any of them used is in anything that any of their servers said.</summary>
public sealed class NoSecretsSaid : IDisposable
{
    public void Dispose()
    {
        var leaks = Leaks.In(Captured.Folder);
        if (Captured.IsOfThisRun)
            Directory.Delete(Captured.Folder, recursive: true);
        if (leaks.Count > 0)
            throw new InvalidOperationException($"{leaks.Count} lines have a secret in them, such as:\n{string.Join('\n', leaks.Take(20))}");
    }
}
