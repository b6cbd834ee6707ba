namespace KvsRecords.Testing.Tests;

/// <summary>Starts servers whose log is captured, so that it is searched for the tokens of their users when all tests are over.</summary>
internal static class CapturedEmulator
{
    public static Task<KvsRecordsServer> StartAsync(KvsRecordsServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new KvsRecordsServerOptions();
        Captured.Secret(options.Users.Select(user => user.Token));
        var take = options.Log;
        return KvsRecordsServer.StartAsync(
            options with
            {
                Log = line =>
                {
                    Captured.Said(line);
                    take?.Invoke(line);
                },
            },
            cancellationToken);
    }
}
