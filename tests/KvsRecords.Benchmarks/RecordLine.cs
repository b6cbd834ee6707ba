namespace KvsRecords.Benchmarks;

/// <summary>One kind of load.</summary>
internal sealed record RecordLine(string What, RecordBodies Bodies, int Clients)
{
    public const string Write = "write";

    private const string Read = "read";

    public static IReadOnlyList<RecordLine> All { get; } =
    [
        .. from what in new[] { Write, Read }
           from bodies in RecordBodies.All
           from clients in new[] { 1, 16, 64 }
           select new RecordLine(what, bodies, clients),
    ];

    public override string ToString() => $"{What} {Bodies.Size}, {Clients} {(Clients == 1 ? "client" : "clients")}";
}
