using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>A program that is started again and again.</summary>
/// <param name="name">What it is called.</param>
/// <param name="about">Its version.</param>
/// <param name="program">The file, or the folder of files, that it consists of.</param>
/// <param name="path">What it answers, with whatever status, once it runs.</param>
/// <param name="command">Starts it with a folder of its own.</param>
internal sealed class StartContender(string name, string about, string program, string path, Func<string, ProcessStartInfo> command) : Contender
{
    public override string Name => name;

    public override string About => about;

    public string Path => path;

    /// <summary>Its size on the disk, in bytes; without the runtime that it may need.</summary>
    public long Size => new DirectoryInfo(program).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public ProcessStartInfo Command(string folder) => command(folder);

    public static StartContender Ours(OurProgram native) => new(
        OurProgram.ShortName, $"{native.Version}, native", native.Folder, "/_emulator/health", folder => native.Serve("--data", folder, "--log-level", "warning"));

    public static async Task<StartContender> AzuriteAsync(TempFolder scratch, CancellationToken cancel)
    {
        var packages = await NodePackages.InstallAsync(scratch, "azurite", cancel);
        var azurite = new AzuritePeer(packages);
        return new StartContender(azurite.Name, azurite.About, packages.Folder, "/", azurite.Command);
    }
}
