namespace KvsRecords.Sqlite.Tests;

public sealed class ArchitectureTests
{
    private static readonly Type[] Public = typeof(SqliteStorage).Assembly.GetExportedTypes();

    [Fact]
    public void Only_the_storage_and_what_it_takes_and_gives_are_public() =>
        Assert.Equal(
            ["SqliteStorage", "SqliteStorageOptions"],
            Public.Select(type => type.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void The_public_members_show_nothing_of_the_database_library() =>
        Assert.DoesNotContain(
            Public.SelectMany(type => type.GetMembers()).Select(member => member.ToString()),
            member => member!.Contains("Microsoft.Data", StringComparison.Ordinal));

    [Fact]
    public void The_storage_knows_no_other_backend() =>
        Assert.Equal(
            ["KvsRecords"],
            typeof(SqliteStorage).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!)
                .Where(name => name.StartsWith("KvsRecords", StringComparison.Ordinal)));
}
