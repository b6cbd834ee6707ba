using System.Diagnostics.CodeAnalysis;
using KvsRecords.Benchmarks;

/// <summary>What the runtime calls before a program whose environment names this assembly. It wants this name, in no namespace.</summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime looks for it there.")]
internal static class StartupHook
{
    public static void Initialize()
    {
        AllocationProbe.Listen();
        FinishedFileServer.Listen();
    }
}
