using System.Reflection;
using KvsRecords.Archive;
using NetArchTest.Rules;

namespace KvsRecords.Tests;

public sealed class ArchitectureTests
{
    private static readonly Assembly Core = typeof(StreamedArchive).Assembly;

    [Fact]
    public void The_core_needs_nothing_but_the_base_class_library()
    {
        var baseClassLibrary = Path.GetDirectoryName(typeof(object).Assembly.Location);

        Assert.NotEmpty(Core.GetReferencedAssemblies());
        Assert.All(Core.GetReferencedAssemblies(), reference =>
        {
            Assert.StartsWith("System.", reference.Name);
            Assert.True(
                reference.Name == "System.IO.Hashing" || Path.GetDirectoryName(Assembly.Load(reference).Location) == baseClassLibrary,
                $"{reference.Name} is not of the base class library");
        });
    }

    [Theory]
    [InlineData("KvsRecords.Storage")]
    [InlineData("KvsRecords.Archive")]
    [InlineData("System.TimeProvider")]
    public void Access_depends_on_nothing_else(string dependency) => Assert.Empty(UsersOf(dependency, "KvsRecords.Access"));

    [Theory]
    [InlineData("KvsRecords.Access")]
    [InlineData("KvsRecords.Storage")]
    [InlineData("KvsRecords.Archive")]
    public void Stores_stand_on_their_own(string dependency) => Assert.Empty(UsersOf(dependency, "KvsRecords.Stores"));

    [Fact]
    public void An_archive_knows_nothing_of_access() =>
        Assert.Empty(UsersOf("KvsRecords.Access", "KvsRecords.Archive"));

    [Theory]
    [InlineData("System.IO.File")]
    [InlineData("System.IO.Directory")]
    [InlineData("System.IO.FileStream")]
    [InlineData("System.Net")]
    [InlineData("System.Console")]
    public void Nothing_in_the_core_touches_the_disk_the_network_or_the_terminal(string dependency) =>
        Assert.Empty(UsersOf(dependency, "KvsRecords"));

    [Theory]
    [InlineData("KvsRecords.Archive", "KvsRecords.Storage")]
    [InlineData("KvsRecords.Access", "KvsRecords.Stores")]
    [InlineData("KvsRecords.Archive", "System.IO.Compression")]
    public void What_is_used_is_seen_to_be_used(string by, string dependency) => Assert.NotEmpty(UsersOf(dependency, by));

    [Fact]
    public void Every_public_class_of_the_core_is_sealed_abstract_or_static()
    {
        Assert.NotEmpty(Core.GetExportedTypes());
        Assert.All(Core.GetExportedTypes(), type => Assert.True(!type.IsClass || type.IsSealed || type.IsAbstract, type.FullName));
    }

    private static IEnumerable<string?> UsersOf(string dependency, string within) =>
        Types.InAssembly(Core).That().ResideInNamespace(within).And().HaveDependencyOn(dependency).GetTypes().Select(type => type.FullName);
}
