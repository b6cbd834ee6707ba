using System.Reflection;
using System.Text.RegularExpressions;
using KvsRecords.Server.Endpoints;
using KvsRecords.Stores;
using NetArchTest.Rules;

namespace KvsRecords.Server.Tests;

/// <summary>Who may know whom.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Assembly Core = typeof(Store).Assembly;
    private static readonly Assembly Server = typeof(DownloadRecords).Assembly;

    [Fact]
    public void Access_knows_neither_storage_nor_archive_nor_clock()
    {
        var result = Types.InAssembly(Core).That().ResideInNamespace("KvsRecords.Access")
            .ShouldNot().HaveDependencyOnAny("KvsRecords.Storage", "KvsRecords.Archive", "System.TimeProvider").GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void Endpoints_know_no_concrete_backend()
    {
        var result = Types.InAssembly(Server).That().ResideInNamespace("KvsRecords.Server.Endpoints")
            .ShouldNot().HaveDependencyOnAny("KvsRecords.Folder", "KvsRecords.Sqlite", "KvsRecords.Postgres").GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void Only_the_catalogue_of_errors_and_the_answers_name_a_status_or_an_error()
    {
        var root = Path.Join(Repository.Root, "src", "KvsRecords.Server");
        Assert.All(
            Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Where(IsOutside),
            file => Assert.DoesNotMatch(StatusOrEnvelope(), File.ReadAllText(file)));

        bool IsOutside(string file) =>
            Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0] is not ("Errors" or "Responses");
    }

    [Fact]
    public void The_tests_of_the_architecture_see_what_they_look_for()
    {
        Assert.False(Types.InAssembly(Core).That().ResideInNamespace("KvsRecords.Archive")
            .ShouldNot().HaveDependencyOnAny("KvsRecords.Storage").GetResult().IsSuccessful);
        Assert.Matches(StatusOrEnvelope(), "response.StatusCode = 404;");
        Assert.Matches(StatusOrEnvelope(), "TypedResults.NotFound()");
        Assert.Matches(StatusOrEnvelope(), "StatusCodes.Status404NotFound");
    }

    [GeneratedRegex(@"StatusCode\s*=[^=>]|StatusCodes\.Status4|Results\.(NotFound|BadRequest|Unauthorized|Forbid|Problem|StatusCode)|new ApiError\(")]
    private static partial Regex StatusOrEnvelope();
}
