using System.Net.Http.Headers;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Errors;
using KvsRecords.Storage;

namespace KvsRecords.Server.Tests;

/// <summary>The errors of the specification, each with its status, type and message; and which one wins.</summary>
public sealed class ErrorTests(FolderFixture fixture) : FolderTests(fixture)
{
    [Fact]
    public async Task Invalid_input_is_400_and_says_what_is_wrong()
    {
        using var response = await Server.GetAsync("/v2/key-value-stores/dev~my-store/records?collection=images");

        var message = await Errors.AssertErrorAsync(response, 400, "invalid-input");
        Assert.StartsWith("Invalid input: ", message, StringComparison.Ordinal);
        Assert.Contains("images", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collection_that_the_schema_does_not_define_is_400_and_lists_those_that_exist()
    {
        using var response = await Shop.GetAsync("/v2/key-value-stores/~my-store/records?collection=Images", "tok-alice");

        await Errors.AssertErrorAsync(
            response, 400, "invalid-input", "Invalid input: The store's schema has no collection \"Images\". It has: images, one.");
    }

    [Fact]
    public async Task A_missing_or_unknown_token_is_401()
    {
        foreach (var token in new[] { null, "nobody's" })
        {
            using var response = await Server.GetAsync("/v2/key-value-stores/dev~my-store/records", token);

            await Errors.AssertErrorAsync(response, 401, "token-not-valid", "Authentication token is not valid.");
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task Another_users_store_is_403()
    {
        using var response = await Shop.GetAsync($"/v2/key-value-stores/{Configurations.StoreId}/records", "tok-carol");

        await Errors.AssertErrorAsync(response, 403, "permission-denied", "You do not have permission to perform this action.");
    }

    [Theory]
    [InlineData("WkzbQMuFYuamGv3Y0")]
    [InlineData("my-store")]
    [InlineData("dev~missing")]
    [InlineData("nobody~my-store")]
    [InlineData("not%20an%20id")]
    [InlineData("%2E%2E%2F..%2Fetc")]
    [InlineData("dev~..")]
    [InlineData("dev~%2E%2E%5Cx")]
    [InlineData("dev~.")]
    public async Task An_unknown_store_is_404_with_a_token_or_without(string storeId)
    {
        foreach (var token in new[] { null, RunningServer.DevelopmentToken })
        {
            using var response = await Server.GetAsync($"/v2/key-value-stores/{storeId}/records", token);
            await Errors.AssertErrorAsync(response, 404, "record-not-found", "Key-value Store was not found");
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("PROPFIND")]
    public async Task Another_method_is_405_with_the_specifications_sentence_and_a_true_Allow_header(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v2/key-value-stores/dev~my-store/records");
        using var response = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await Errors.AssertErrorAsync(
            response,
            405,
            "method-not-allowed",
            "This API end-point can only be accessed using the following HTTP methods: OPTIONS,GET");
        Assert.Equal(["GET", "HEAD", "OPTIONS"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v2")]
    [InlineData("/v2/key-value-stores/dev~my-store/records/a/key.json")]
    [InlineData("/v2/key-value-stores/dev/my-store/records")]
    [InlineData("/favicon.ico")]
    [InlineData("/_emulator")]
    public async Task An_unknown_URL_is_the_services_own_404(string path)
    {
        using var response = await Server.GetAsync(path);

        await Errors.AssertErrorAsync(
            response, 404, "page-not-found", "We have bad news: there is no API endpoint at this URL. Did you specify it correctly?");
    }

    [Fact]
    public async Task A_fault_before_the_first_byte_is_500_with_a_neutral_message()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, stores: new FailingStore(failAtRead: 3));

        using var response = await server.GetAsync($"/v2/key-value-stores/{FailingStore.Id}/records");

        var message = await Errors.AssertErrorAsync(response, 500, "internal-error");
        Assert.DoesNotContain("fire", message, StringComparison.Ordinal);
        Assert.Equal("private, no-cache", response.Headers.NonValidated["Cache-Control"].ToString());
        Assert.False(response.Headers.Contains("Pragma"));
        Assert.False(response.Content.Headers.Contains("Content-Disposition"));
    }

    [Fact]
    public async Task Stores_that_cannot_be_reached_just_now_are_503_and_may_be_asked_for_again_a_second_later()
    {
        using var folder = StorageFolder.WithNastyStore();
        var stores = new FailingStore(failAtRead: 1) { Fault = new StorageUnavailableException("The database is starting.") };
        await using var server = await RunningServer.StartAsync(folder, stores: stores);

        using var response = await server.GetAsync($"/v2/key-value-stores/{FailingStore.Id}/records/record-0000");

        await Errors.AssertErrorAsync(response, 503, "service-unavailable", "The stores cannot be reached at the moment. Please try again.");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    /// <summary>Every request has two faults; the one that the documentation puts first is answered.</summary>
    [Theory]
    [InlineData("DELETE", "nope", "?prefix=a&prefix=b", "nobody's", 405)]
    [InlineData("GET", "nope", "?prefix=a&prefix=b", "nobody's", 400)]
    [InlineData("GET", "~", "?prefix=%00", null, 400)]
    [InlineData("GET", "~", "", "nobody's", 401)]
    [InlineData("GET", "nope", "", "nobody's", 401)]
    [InlineData("GET", "nobody~", "", null, 400)]
    [InlineData("GET", "nobody~", "", "tok-alice", 400)]
    [InlineData("GET", "alice~nope", "?collection=nope", "tok-carol", 404)]
    [InlineData("GET", "alice~nope", "", null, 404)]
    [InlineData("GET", "~my-store", "", null, 401)]
    [InlineData("GET", "alice~my-store", "?collection=nope", null, 401)]
    [InlineData("GET", "alice~my-store", "?collection=nope", "tok-carol", 403)]
    [InlineData("GET", "alice~my-store", "?collection=nope", "tok-bob", 400)]
    public async Task The_first_error_that_applies_wins(string method, string storeId, string query, string? token, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v2/key-value-stores/{storeId}/records{query}");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await Shop.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public void The_catalogue_gives_each_type_the_status_of_the_specification()
    {
        var specified = new Dictionary<string, int[]>
        {
            ["invalid-input"] = [400],
            ["token-not-valid"] = [401],
            ["permission-denied"] = [403],
            ["record-not-found"] = [404],
            ["method-not-allowed"] = [405],
            ["rate-limit-exceeded"] = [429],

            ["request-too-large"] = [413],
            ["unsupported-content-encoding"] = [415],

            // Not in the specification: the service's, and ours.
            ["page-not-found"] = [404],
            ["invalid-record-key"] = [400],
            ["schema-validation-error"] = [400],
            ["request-timeout"] = [408],
            ["name-not-unique"] = [409],
            ["reset-not-allowed"] = [409],
            ["internal-error"] = [500],
            ["service-unavailable"] = [503],
        };
        ApiError[] catalogue =
        [
            .. typeof(ApiError).GetFields().Where(field => field.FieldType == typeof(ApiError)).Select(field => (ApiError)field.GetValue(null)!),
            ApiError.InvalidInput("x"), ApiError.CollectionWithoutSchema("x"), ApiError.CollectionUnknown("x", []), ApiError.HostNotAllowed("x.y"),
            ApiError.MethodNotAllowed([]), ApiError.InvalidRecordKey("x"), ApiError.NameNotUnique("x"), ApiError.RequestTooLarge(1, 2),
            ApiError.UnsupportedContentEncoding("x"), ApiError.SchemaViolated("x", []), ApiError.ResetFailed("x"), ApiError.TooManyDownloads(1),
            ApiError.RateLimitExceeded(60), ApiError.ForeignEmbedding("x"), ApiError.ExpandsTooFar(1), ApiError.TooManyBodies(1),
        ];

        Assert.All(catalogue, error => Assert.Contains(error.Status, specified[error.Type]));
        Assert.Equal(specified.Keys.Order(), catalogue.Select(error => error.Type).Distinct().Order());
        Assert.Equal(specified.Keys.Union(catalogue.Select(error => error.OfService.Type)).Order(), FaultErrors.Types.Order());
    }
}
