using Xunit;

namespace KvsRecords.Folder.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void The_folder_knows_nothing_but_the_domain_and_the_runtime()
    {
        // Microsoft.Win32.Primitives holds what the system calls failed with, on every system.
        var others = typeof(FolderStorage).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
            .Where(name => name is not ("KvsRecords" or "Microsoft.Win32.Primitives"));

        Assert.Empty(others);
    }

    [Fact]
    public void Only_the_storage_its_events_its_check_and_the_writer_of_new_folders_are_public() =>
        Assert.Equal(
            ["FolderStorage", "IFolderEvents", "StoreFolderWriter", "UnreadableFiles", "UnreadableGroup"],
            typeof(FolderStorage).Assembly.GetExportedTypes().Select(type => type.Name).Order(StringComparer.Ordinal));
}
