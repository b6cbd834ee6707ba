using System.Text.RegularExpressions;

namespace KvsRecords.Server.Tests;

/// <summary>The folders of the source: a namespace each, and arrows between them that run one way.</summary>
public sealed partial class SourceFolderTests
{
    /// <summary>The folders of each project, and what each may use. What they use, it may use too.</summary>
    public static TheoryData<string, string> Projects => new()
    {
        {
            "KvsRecords",
            "Stores; Access: Stores; Storage: Stores; Archive: Storage; Managed: Archive; Emulator: Stores"
        },
        {
            "KvsRecords.Sqlite",
            "Database; Bodies: Database; Records: Bodies; Writes: Records"
        },
        {
            "KvsRecords.Postgres",
            "Database; Records: Database; Writes: Records; Upkeep: Records"
        },
        {
            "KvsRecords.Server",
            """
            Errors; Settings; Requests: Errors; Logging: Requests Settings; Responses: Logging; OpenApi: Responses;
            Storage: Logging; Middleware: Responses OpenApi Storage; Schemas: Storage; Endpoints: Middleware Schemas;
            Emulator: Endpoints; Page: Middleware; Hosting: Emulator Page; Cli: Hosting
            """
        },
    };

    // The entry of the program, and what a backend shows of itself.
    private static readonly string[] Roots = ["Program.cs", "SqliteStorage.cs", "SqliteStorageOptions.cs", "Verification.cs", "PostgresStorage.cs", "PostgresStorageOptions.cs"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Arrows_between_folders_run_one_way(string project, string allowed) =>
        Assert.Empty(Forbidden(SourcesOf(project), project, allowed));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_file_has_the_namespace_of_its_folder(string project, string allowed)
    {
        var folders = MayUse(allowed).Keys;
        Assert.Empty(SourcesOf(project).Where(source => source.Folder == ""
            ? !Roots.Contains(source.Path)
            : !folders.Contains(source.Folder) || !$"\n{source.Text}".Contains($"\nnamespace {NamespaceOf(source)};", StringComparison.Ordinal))
            .Select(source => source.Path));

        string NamespaceOf(Source source) => $"{project}.{Path.GetDirectoryName(source.Path)!.Replace('/', '.')}";
    }

    [Theory]
    [InlineData("using P.B;\nnamespace P.A;", "A -> B")]
    [InlineData("using static P.B.Thing;\nnamespace P.A;", "A -> B")]
    [InlineData("using Other = P.B.Thing;\nnamespace P.A;", "A -> B")]
    [InlineData("namespace P.A;\nclass X { B.Thing? Y; }", "A -> B")]
    [InlineData("namespace P.A;\nclass X { P.B.Thing? Y; }", "A -> B")]
    public void An_arrow_that_runs_back_is_found(string source, string found) =>
        Assert.Equal([found], Forbidden([new("A/X.cs", source), new("B/Thing.cs", "namespace P.B;\nclass Thing;")], "P", "A; B: A").Select(arrow => arrow.Split(' ', 2)[1]));

    [Fact]
    public void An_arrow_that_runs_on_is_none_that_runs_back() =>
        Assert.Empty(Forbidden([new("A/X.cs", "namespace P.A;"), new("C/Y.cs", "using P.A;\nnamespace P.C;")], "P", "A; B: A; C: B"));

    private static IEnumerable<string> Forbidden(IReadOnlyList<Source> sources, string project, string allowed)
    {
        var mayUse = MayUse(allowed);
        return sources.Where(source => source.Folder != "").SelectMany(source => mayUse.Keys
            .Where(used => used != source.Folder && !mayUse[source.Folder].Contains(used) && Uses(source.Text, project, used, sources))
            .Select(used => $"{source.Path} {source.Folder} -> {used}"));
    }

    // Extension methods need a using of their folder, too.
    private static bool Uses(string text, string project, string folder, IReadOnlyList<Source> sources)
    {
        var types = sources.Where(source => source.Folder == folder).SelectMany(source => Declared().Matches(source.Text)).Select(match => match.Groups[1].Value);
        return Regex.IsMatch(text, $@"^\s*(global )?using (static |\w+ = )?{Regex.Escape(project)}\.{folder}[.;]", RegexOptions.Multiline)
            || Regex.IsMatch(text, $@"(?<![\w.]|using ){Regex.Escape(project)}\.{folder}\.")
            || types.Distinct().Any(type => Regex.IsMatch(text, $@"(?<![\w.]){folder}\.{type}\b"));
    }

    // "A; B: A": A may use nothing, B may use A.
    private static Dictionary<string, HashSet<string>> MayUse(string allowed)
    {
        var all = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var row in allowed.Split(';', StringSplitOptions.TrimEntries))
        {
            var parts = row.Split(':', StringSplitOptions.TrimEntries);
            var used = parts.Length == 1 ? [] : parts[1].Split(' ');
            all[parts[0]] = [.. used, .. used.SelectMany(one => all[one])];
        }

        return all;
    }

    private static IReadOnlyList<Source> SourcesOf(string project)
    {
        var root = Path.Join(Repository.Root, "src", project);
        return
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(path => new Source(Path.GetRelativePath(root, path), File.ReadAllText(path)))
                .Where(source => source.Folder is not ("bin" or "obj")),
        ];
    }

    [GeneratedRegex(@"(?:class|struct|interface|enum|record) ([A-Z]\w+)")]
    private static partial Regex Declared();

    private sealed record Source(string Path, string Text)
    {
        public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path.Split('/')[0] : "";
    }
}
