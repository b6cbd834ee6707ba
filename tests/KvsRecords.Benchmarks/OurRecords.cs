using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>The kvs-records server over a storage of its own.</summary>
internal sealed class OurRecords(OurProgram program) : RecordContender
{
    private const string Authorization = $"Bearer {OurProgram.Token}";

    public override string Name => OurProgram.ShortName;

    public override string About => $"{program.Version}; answers a write once body and index are synced";

    // A line for each request is not what is measured: the peers are silent too, where they can be.
    public override ProcessStartInfo Command(string folder) => program.Serve("--data", folder, "--log-level", "warning");

    public override async Task<RecordRequests> MakeStoreAsync(Uri origin, string name, CancellationToken cancel)
    {
        await SendAsync(HttpMethod.Post, new Uri(origin, $"/v2/key-value-stores?name={name}"), [("Authorization", Authorization)], cancel);
        return new RecordRequests(origin, $"/v2/key-value-stores/dev~{name}/records/", "", 201, [$"Authorization: {Authorization}"], []);
    }
}
