using System.Buffers.Text;
using System.Text;
using KvsRecords.Access;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>Records and their store are signed with one secret: no signature of a record opens more than that record.</summary>
public sealed class SignedKeyTests
{
    private const string Secret = "secret-key-for-testing";
    private const string Id = Configurations.StoreId;
    private const string Store = $"/v2/key-value-stores/{Id}";

    /// <summary>Keys over which a signature would be one of the store's.</summary>
    private static readonly string[] OfStore = [Id, $"0.0.{Id}", $"0.1750000000000.{Id}", $"1.0.{Id}", $"00.000.{Id}", $"99999999999999999999.9.{Id}"];

    /// <summary>Keys that look like it, and are like any other.</summary>
    private static readonly string[] Others =
        [$"x{Id}", $"{Id}x", Id.ToLowerInvariant(), $".{Id}", $"0.{Id}", $"0..{Id}", $"0.0.0.{Id}", $"0.-1.{Id}", $"a.0.{Id}", $"0.0.{Id}.", "0.0.x", "0.0.OUTPUT"];

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_would_sign_the_store_is_400_by_every_way_to_write_it()
    {
        await using var server = await StartAsync();
        (await server.SendAsync(HttpMethod.Put, "/_emulator/runs/run1", OwnServer.Json($$"""{"defaultKeyValueStoreId":"{{Id}}","actorId":"dev~a","actorTaskId":"dev~t"}"""), "tok-alice")).Dispose();

        foreach (var key in OfStore)
        {
            foreach (var (method, path) in ((string, string)[])
            [
                ("PUT", Store), ("POST", Store), ("PUT", "/v2/key-value-stores/alice~my-store"), ("PUT", "/v2/actor-runs/run1/key-value-store"),
                ("PUT", "/v2/actors/dev~a/runs/last/key-value-store"), ("PUT", "/v2/acts/dev~a/runs/last/key-value-store"), ("PUT", "/v2/actor-tasks/dev~t/runs/last/key-value-store"),
            ])
            {
                using var response = await server.SendAsync(new HttpMethod(method), $"{path}/records/{key}", OwnServer.Body("x"u8.ToArray(), "text/plain"), "tok-alice");
                var message = await Errors.AssertErrorAsync(response, 400, "invalid-record-key");
                Assert.Contains($"\"{key}\"", message, StringComparison.Ordinal);
            }

            foreach (var query in (string[])["?method=PUT", "?method=POST", "?method=put"])
            {
                using var response = await server.SendAsync(HttpMethod.Post, $"{Store}/records/{key}{query}", OwnServer.Body("x"u8.ToArray(), "text/plain"), "tok-alice");
                await Errors.AssertErrorAsync(response, 400, "invalid-record-key");
            }

            var encoded = string.Concat(Encoding.UTF8.GetBytes(key).Select(one => $"%{one:X2}"));
            using var hidden = await server.SendAsync(HttpMethod.Put, $"{Store}/records/{encoded}", OwnServer.Body("x"u8.ToArray(), "text/plain"), "tok-alice");
            await Errors.AssertErrorAsync(hidden, 400, "invalid-record-key");
        }

        Assert.Empty((await server.DataAsync(HttpMethod.Get, $"{Store}/keys", token: "tok-alice")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_key_that_only_looks_like_it_is_written_and_signed()
    {
        await using var server = await StartAsync();
        foreach (var key in Others)
            Assert.Equal(201, await WriteAsync(server, key));

        var keys = (await server.DataAsync(HttpMethod.Get, $"{Store}/keys", token: "tok-alice")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(Others.Length, keys.Count);
        foreach (var url in keys.Select(key => key.GetProperty("recordPublicUrl").GetString()!))
        {
            using var response = await server.SendAsync(HttpMethod.Get, url, token: "");
            Assert.Equal(200, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task Such_a_key_from_a_folder_is_served_and_never_signed()
    {
        using var folder = new StorageFolder();
        foreach (var key in OfStore)
        {
            folder.Add("my-store", key, "x"u8);
            folder.Add("my-store", $"{key}.__metadata__.json", Encoding.UTF8.GetBytes($$"""{"key":"{{key}}","contentType":"text/plain","size":1}"""));
        }

        foreach (var setting in (Setting[])[Setting.Seed, Setting.Storage])
        {
            await using var server = await StartAsync((setting, folder.Path));
            var keys = (await server.DataAsync(HttpMethod.Get, $"{Store}/keys", token: "tok-alice")).GetProperty("items").EnumerateArray().ToList();

            Assert.Equal(OfStore.Order(StringComparer.Ordinal), keys.Select(key => key.GetProperty("key").GetString()));
            Assert.All(keys, key => Assert.DoesNotContain("signature", key.GetProperty("recordPublicUrl").GetString(), StringComparison.Ordinal));
            foreach (var key in OfStore)
            {
                using var owned = await server.GetAsync($"{Store}/records/{key}", "tok-alice");
                using var signed = await server.GetAsync($"{Store}/records/{key}?signature={UrlSignature.CreateHmac(Secret, key)}", token: "");
                Assert.Equal(200, (int)owned.StatusCode);
                await Errors.AssertErrorAsync(signed, 403, "permission-denied");
            }
        }
    }

    // What the server signs for a record, in every form that the holder can make of it, against everything else that a signature opens.
    [Fact]
    public async Task No_signature_of_a_record_opens_anything_else()
    {
        await using var server = await StartAsync();
        string[] keys = ["OUTPUT", "0.0.OUTPUT", "0.1750000000000.OUTPUT", "secret", .. Others];
        foreach (var key in keys.Distinct())
            Assert.Equal(201, await WriteAsync(server, key));
        var urls = (await server.DataAsync(HttpMethod.Get, $"{Store}/keys", token: "tok-alice")).GetProperty("items").EnumerateArray()
            .ToDictionary(key => key.GetProperty("key").GetString()!, key => key.GetProperty("recordPublicUrl").GetString()!);

        foreach (var (key, url) in urls)
        {
            var signature = url.Split("signature=")[1];
            var forms = new[] { signature }.Concat(new[] { "0", "1750000000000", "99999999999999" }.Select(expiry => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"0.{expiry}.{signature}"))));
            foreach (var form in forms)
            {
                foreach (var path in (string[])["/keys", "/records", "", .. urls.Keys.Where(other => other != key).Select(other => $"/records/{other}")])
                {
                    using var response = await server.GetAsync($"{Store}{path}?signature={form}", token: "");
                    Assert.True((int)response.StatusCode is 401 or 403, $"the signature of {key} as {form} opens {path}");
                }
            }

            using var own = await server.GetAsync($"{Store}/records/{key}?signature={signature}", token: "");
            Assert.Equal(200, (int)own.StatusCode);
        }
    }

    [Fact]
    public async Task An_envelope_over_a_key_opens_no_record()
    {
        await using var server = await StartAsync();
        Assert.Equal(201, await WriteAsync(server, "OUTPUT"));

        using var response = await server.GetAsync($"{Store}/records/OUTPUT?signature={UrlSignature.CreateStorageContent(Secret, "OUTPUT", null)}", token: "");

        Assert.Equal(403, (int)response.StatusCode);
        await response.Content.LoadIntoBufferAsync(Running);
    }

    private static Task<OwnServer> StartAsync(params (Setting, string)[] flags) => OwnServer.StartAsync(Configurations.Shop(), flags: flags);

    private static async Task<int> WriteAsync(OwnServer server, string key)
    {
        using var response = await server.SendAsync(HttpMethod.Put, $"{Store}/records/{key}", OwnServer.Body("x"u8.ToArray(), "text/plain"), "tok-alice");
        return (int)response.StatusCode;
    }
}
