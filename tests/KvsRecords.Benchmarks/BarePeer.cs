namespace KvsRecords.Benchmarks;

/// <summary>An ASP.NET Core server that does nothing: the least that ours could cost.</summary>
internal static class BarePeer
{
    public const string NativeName = "bare";

    public const string JittedName = "bare-jit";

    public static Task<StartContender> NativeAsync(TempFolder scratch, CancellationToken cancel) =>
        BuildAsync(NativeName, "a minimal API with one route, native", ["-r", OurProgram.Runtime], scratch, cancel);

    public static Task<StartContender> JittedAsync(TempFolder scratch, CancellationToken cancel) =>
        BuildAsync(JittedName, "the same, compiled while it runs; without the runtime's files", [], scratch, cancel);

    private static async Task<StartContender> BuildAsync(
        string name, string about, string[] options, TempFolder scratch, CancellationToken cancel)
    {
        var source = PeerSource.CopyTo(scratch, NativeName, into: name);
        var program = scratch.Inside($"{name}-program");
        await Tool.RunAsync("dotnet", ["publish", "-c", "Release", .. options, "-o", program], source, cancel);
        return new StartContender(name, about, program, "/", _ => new(Path.Combine(program, "bare")));
    }
}
