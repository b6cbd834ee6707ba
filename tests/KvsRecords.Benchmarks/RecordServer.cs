namespace KvsRecords.Benchmarks;

/// <summary>A server that keeps records, with a store for each size of body.</summary>
internal sealed class RecordServer(string name, ServerProcess process, IReadOnlyDictionary<RecordBodies, RecordStore> stores) : IParticipant
{
    public string Name => name;

    public ProcessFigures Figures => process.Figures;

    public RecordStore Store(RecordBodies bodies) => stores[bodies];

    public static async Task<RecordServer> StartAsync(RecordContender contender, string folder, int filled, CancellationToken cancel)
    {
        Report.Progress($"{contender.Name}: starting it, and filling it");
        Directory.CreateDirectory(folder);
        var process = await ServerProcess.StartAsync(contender.Command(folder), cancel);
        try
        {
            var stores = new Dictionary<RecordBodies, RecordStore>();
            foreach (var bodies in RecordBodies.All)
            {
                var requests = await contender.MakeStoreAsync(process.Origin, $"records-of-{bodies.Size.Replace(' ', '-').ToLowerInvariant()}", cancel);
                var store = stores[bodies] = new RecordStore(requests, bodies, filled);
                await Load.RunAsync(store, clients: 16, Fill, cancel);
            }
            return new RecordServer(contender.Name, process, stores);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    // Each is read back, so that whoever keeps them wrongly does not get as far as being timed.
    private static bool Fill(RecordClient client)
    {
        var number = client.Store.NextNumber();
        if (number >= client.Store.Filled)
            return false;
        client.Write(number);
        client.Read(number);
        return true;
    }
}
