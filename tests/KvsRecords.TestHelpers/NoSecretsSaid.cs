namespace KvsRecords.TestHelpers;

/// <summary>
/// Searches, after all tests, everything that their servers said for the secrets that they used. An assembly of tests names it in an
/// <see cref="AssemblyFixtureAttribute"/>.
/// </summary>
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
