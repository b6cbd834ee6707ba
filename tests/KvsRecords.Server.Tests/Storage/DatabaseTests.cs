using System.Net.Http.Headers;
using KvsRecords.Server.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace KvsRecords.Server.Tests;

/// <summary>Stores in a database, for one server and for several.</summary>
public sealed class DatabaseTests
{
    private const string Archive = "/v2/key-value-stores/dev~my-store/records";

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_that_start_at_once_load_a_seed_once_and_serve_the_same()
    {
        var connection = await Databases.CreateAsync();
        using var seed = StorageFolder.WithNastyStore();
        string[] flags = ["--database", connection, "--seed", seed.Path, "--port", "0"];

        var servers = await Task.WhenAll(ServerProcess.StartAsync(flags), ServerProcess.StartAsync(flags), ServerProcess.StartAsync(flags));
        await using var first = servers[0];
        await using var second = servers[1];
        await using var third = servers[2];

        foreach (var server in servers)
            await Eventually.HoldsAsync(() => server.Output, output => output.Contains(Databases.ReadyLine(connection)));
        Assert.Equal(2, servers.Sum(server => server.Log.Split('\n').Count(line => line.StartsWith("Loaded the store", StringComparison.Ordinal))));
        Assert.Equal(4, servers.Sum(server => server.Log.Split('\n').Count(line => line.Contains(" is there already", StringComparison.Ordinal))));

        using var client = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", RunningServer.DevelopmentToken) } };
        using var written = await client.PutAsync(new Uri(first.Address, $"{Archive}/new"), OwnServer.Body("written"u8.ToArray(), "text/plain"), Running);
        Assert.Equal(201, (int)written.StatusCode);
        Assert.Equal("written", await client.GetStringAsync(new Uri(second.Address, $"{Archive}/new"), Running));

        using var whole = await client.GetAsync(new Uri(second.Address, Archive), Running);
        using var rest = new HttpRequestMessage(HttpMethod.Get, new Uri(third.Address, Archive)) { Headers = { Range = new RangeHeaderValue(100, null), IfRange = new(whole.Headers.ETag!) } };
        using var resumed = await client.SendAsync(rest, Running);
        Assert.Equal(206, (int)resumed.StatusCode);
        Assert.Equal((await whole.Content.ReadAsByteArrayAsync(Running))[100..], await resumed.Content.ReadAsByteArrayAsync(Running));
    }

    [Fact]
    public async Task An_archive_that_was_downloaded_before_comes_from_a_file()
    {
        var connection = await Databases.CreateAsync();
        using var seed = StorageFolder.WithNastyStore();
        await using var server = await ServerProcess.StartAsync(["--database", connection, "--seed", seed.Path, "--port", "0"]);
        using var client = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", RunningServer.DevelopmentToken) } };
        var archive = await client.GetByteArrayAsync(new Uri(server.Address, Archive), Running);
        for (var again = 0; again < 2; again++)
            Assert.Equal(archive, await client.GetByteArrayAsync(new Uri(server.Address, Archive), Running));

        await Databases.AskAsync(connection, "update records set body = null");

        Assert.Equal(archive, await client.GetByteArrayAsync(new Uri(server.Address, Archive), Running));
    }

    [Fact]
    public async Task Commands_migrate_export_and_verify_beside_servers()
    {
        var connection = await Databases.CreateAsync();
        var name = Databases.ReadyLine(connection)["Keeping stores in the ".Length..];
        var environment = new Dictionary<string, string> { ["KVSRECORDS_DATABASE"] = connection };
        using var seed = StorageFolder.WithNastyStore();
        var exported = Path.Join(seed.Path, "exported.zip");

        Assert.Equal((0, $"The tables in the {name} are made: version 1"), await RunAsync("migrate"));
        Assert.Equal((0, $"The tables in the {name} are up to date already: version 1"), await RunAsync("migrate"));
        await using var server = await ServerProcess.StartAsync(["--no-migrate", "--seed", seed.Path, "--port", "0"], environment);
        Assert.Equal((0, $"The {name} is whole: 7 records"), await RunAsync("verify"));
        Assert.Equal(0, (await RunAsync("export", "my-store", "-o", exported)).ExitCode);
        using var client = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", RunningServer.DevelopmentToken) } };
        Assert.Equal(await client.GetByteArrayAsync(new Uri(server.Address, Archive), Running), await File.ReadAllBytesAsync(exported, Running));

        await Databases.AskAsync(connection, "update records set crc32 = crc32 # 1 where key = 'x'");
        var (exitCode, output) = await RunAsync("verify");
        Assert.Equal(1, exitCode);
        Assert.StartsWith("dev~other: the record 'x': ", output, StringComparison.Ordinal);
        Assert.EndsWith($"The {name} is damaged in 1 place: 7 records read", output, StringComparison.Ordinal);

        async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
        {
            var (code, said, _) = await ServerProcess.RunAsync(arguments, environment);
            return (code, said);
        }
    }

    [Theory]
    [InlineData("flag")]
    [InlineData("variable")]
    [InlineData("file")]
    public async Task What_is_wrong_with_a_database_is_one_sentence_without_the_password(string place)
    {
        var connection = await Databases.CreateAsync();
        var parts = new NpgsqlConnectionStringBuilder(connection);
        var newer = await Databases.CreateAsync();
        Assert.Equal(0, (await ServerProcess.RunAsync(["migrate", "--database", newer])).ExitCode);
        await Databases.AskAsync(newer, "update version set number = 99");
        await Databases.AskAsync(connection, "drop role if exists another_user; create role another_user login password 'password-of-another'");

        await AssertRefusedAsync(With(one => one.Password = "wrong-password-of-tests"), "password");
        await AssertRefusedAsync(Url("wrong-password-of%2Ftests"), "password");
        await AssertRefusedAsync(With(one => one.Database = "nowhere"), "'nowhere'");
        await AssertRefusedAsync(With(one => one.Port = 1), "127.0.0.1:1");
        await AssertRefusedAsync(With(one => (one.Username, one.Password) = ("another_user", "password-of-another")), "right");
        await AssertRefusedAsync(connection, "kvs-records migrate", "--no-migrate");
        await AssertRefusedAsync(newer, "newer version");
        await AssertRefusedAsync($"{connection};Prot=1", "connection string");

        string Url(string password) => $"postgres://{parts.Username}:{password}@{parts.Host}:{parts.Port}/{parts.Database}";
        string With(Action<NpgsqlConnectionStringBuilder> change)
        {
            var changed = new NpgsqlConnectionStringBuilder(connection);
            change(changed);
            return changed.ConnectionString;
        }

        async Task AssertRefusedAsync(string wrong, string said, params string[] flags)
        {
            using var folder = new StorageFolder();
            var file = Path.Join(folder.Path, "config.json");
            await File.WriteAllTextAsync(file, $$"""{ "KvsRecords": { "Database": {{System.Text.Json.JsonSerializer.Serialize(wrong)}} } }""", Running);
            var (exitCode, output, error) = place switch
            {
                "flag" => await ServerProcess.RunAsync(["--database", wrong, "--port", "0", .. flags]),
                "variable" => await ServerProcess.RunAsync(["--port", "0", .. flags], new Dictionary<string, string> { ["KVSRECORDS_DATABASE"] = wrong }),
                _ => await ServerProcess.RunAsync(["--config", file, "--port", "0", .. flags]),
            };

            Assert.Equal((1, ""), (exitCode, output));
            Assert.Matches("^kvs-records: [A-Z'].*\\.?$", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            Assert.Contains(said, error, StringComparison.Ordinal);
            Assert.DoesNotContain("password-of", error, StringComparison.Ordinal);
            Assert.DoesNotContain("password of", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_reset_is_refused_unless_it_is_allowed()
    {
        var connection = await Databases.CreateAsync();
        using var seed = StorageFolder.WithNastyStore();
        await using (var server = await OwnServer.StartAsync(flags: [(Setting.Database, connection), (Setting.Seed, seed.Path)]))
        {
            await server.PutAsync("/v2/key-value-stores/dev~my-store", "new", "x");
            using var refused = await server.SendAsync(HttpMethod.Post, "/_emulator/reset");
            Assert.Contains("--allow-reset", await Errors.AssertErrorAsync(refused, 409, "reset-not-allowed"), StringComparison.Ordinal);
            Assert.Equal(7, (await RunningServer.ReadArchiveAsync(await server.GetAsync(Archive))).Count);
        }

        await using var allowed = await OwnServer.StartAsync(
            flags: [(Setting.Database, connection), (Setting.Seed, seed.Path), (Setting.AllowReset, "true")]);
        using var reset = await allowed.SendAsync(HttpMethod.Post, "/_emulator/reset");
        Assert.Equal(204, (int)reset.StatusCode);
        Assert.Equal(6, (await RunningServer.ReadArchiveAsync(await allowed.GetAsync(Archive))).Count);
    }

    [Fact]
    public async Task Declared_stores_keep_their_ids_over_resets_on_several_servers()
    {
        (Setting, string)[] flags = [(Setting.Database, await Databases.CreateAsync()), (Setting.AllowReset, "true")];
        const string Configuration = """{ "KvsRecords": { "Stores": [ { "Name": "declared" } ] } }""";
        await using var one = await OwnServer.StartAsync(Configuration, flags: flags);
        await using var other = await OwnServer.StartAsync(Configuration, flags: flags);
        var id = await IdAsync(one);

        using var first = await one.SendAsync(HttpMethod.Post, "/_emulator/reset");
        using var second = await other.SendAsync(HttpMethod.Post, "/_emulator/reset");

        Assert.Equal((204, 204), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal((id, id), (await IdAsync(one), await IdAsync(other)));

        static async Task<string?> IdAsync(OwnServer server) =>
            (await server.DataAsync(HttpMethod.Get, "/v2/key-value-stores/dev~declared")).GetProperty("id").GetString();
    }

    [Fact]
    public async Task A_store_without_a_name_expires_on_each_server()
    {
        var connection = await Databases.CreateAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await OwnServer.StartAsync(
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock), flags: [(Setting.Database, connection), (Setting.ExpireUnnamed, "7")]);
        await using var other = await OwnServer.StartAsync(flags: (Setting.Database, connection));
        var unnamed = await other.CreateAsync(name: null);
        var named = await other.CreateAsync();

        clock.Advance(TimeSpan.FromDays(8));
        await Eventually.HoldsAsync(async () => (int)(await other.GetAsync(unnamed)).StatusCode == 404);

        Assert.Equal(200, (int)(await other.GetAsync(named)).StatusCode);
    }

    [Fact]
    public async Task While_the_database_is_away_requests_are_503_with_Retry_After_and_nothing_is_lost()
    {
        PostgresServer.Require();
        await using var database = await PostgresServer.StartAsync(isDurable: true);
        await using var server = await OwnServer.StartAsync(flags: (Setting.Database, database.ConnectionString));
        var store = await server.CreateAsync();
        await server.PutAsync(store, "before", "x");

        await database.KillAsync();

        // At once, since each of them waits for the database for some seconds.
        var health = server.GetAsync("/_emulator/health");
        foreach (var response in await Task.WhenAll(
            server.GetAsync($"{store}/keys"),
            server.GetAsync($"{store}/records"),
            server.SendAsync(HttpMethod.Put, $"{store}/records/meanwhile", OwnServer.Body("x"u8.ToArray(), "text/plain"))))
        {
            await Errors.AssertErrorAsync(response, 503, "service-unavailable", "The stores cannot be reached at the moment. Please try again.");
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
            response.Dispose();
        }

        Assert.Equal(503, (int)(await health).StatusCode);
        await database.StartAgainAsync();
        await Eventually.HoldsAsync(async () => (int)(await server.GetAsync("/_emulator/health")).StatusCode == 200);
        await server.PutAsync(store, "after", "x");
        Assert.Equal(["after", "before"], (await RunningServer.ReadArchiveAsync(await server.GetAsync($"{store}/records"))).Keys.Where(key => key != "meanwhile"));
    }

    [Fact]
    public async Task What_a_server_cannot_do_by_itself_is_in_its_log_without_the_password()
    {
        var connection = await Databases.CreateAsync();
        using var seed = StorageFolder.WithNastyStore();
        await using var server = await ServerProcess.StartAsync(["--database", connection, "--seed", seed.Path, "--port", "0"]);
        await Databases.AskAsync(connection, "alter table stores add check (lists = 0)");
        Assert.Equal(200, await server.StatusAsync("dev~my-store"));

        await Eventually.HoldsAsync(() => server.Log, log => log.Contains("[WRN] Counts of reads are not saved: The database ", StringComparison.Ordinal));
        Assert.DoesNotContain(new NpgsqlConnectionStringBuilder(connection).Password!, server.Log, StringComparison.Ordinal);
    }
}
