using System.Text.Json;
using System.Text.Json.Nodes;
using KvsRecords.Server.Answers;
using KvsRecords.Server.Description;
using KvsRecords.Server.Emulator.Faults;
using Microsoft.AspNetCore.Http;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>An example of each kind of answer and body, written as the server writes it.</summary>
internal static class Examples
{
    private const string StoreUrl = "http://127.0.0.1:8011/v2/key-value-stores/Sh0pStore00000001";

    private static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly StoreAnswer Store = new()
    {
        Id = "Sh0pStore00000001",
        Name = "shop",
        Title = null,
        UserId = "DevUser0000000001",
        Username = "dev",
        CreatedAt = Time,
        ModifiedAt = Time,
        AccessedAt = Time,
        ConsoleUrl = "https://console.apify.com/storage/key-value-stores/Sh0pStore00000001",
        KeysPublicUrl = $"{StoreUrl}/keys",
        RecordsPublicUrl = $"{StoreUrl}/records",
        Schema = null,
        UrlSigningSecretKey = null,
        GeneralAccess = "ANYONE_WITH_ID_CAN_READ",
        Stats = new StatsAnswer(1, 2, 0, 1, 25, 25),
    };

    private static readonly UsageCycleAnswer Month = UsageCycleAnswer.With(new DateOnly(2026, 1, 31));

    private static readonly FaultRule Rule = new() { Operation = "downloadRecords", Store = "shop", Count = 2, Status = 429, RetryAfter = 1 };

    private static readonly Dictionary<Type, JsonNode?> All = new()
    {
        [typeof(StoreAnswer)] = Of(Store),
        [typeof(StoreListAnswer)] = Of(new StoreListAnswer(1, 0, 1000, false, 1, false, [Store])),
        [typeof(KeyListAnswer)] = Of(new KeyListAnswer(
            [new KeyAnswer("product-001", 25, $"{StoreUrl}/records/product-001")], 1, 1, null, true, "product-001")),
        [typeof(UserAnswer)] = Of(new UserAnswer { Id = "DevUser0000000001", Username = "dev" }),
        [typeof(PublicUserAnswer)] = Of(new PublicUserAnswer("DevUser0000000001", "dev", new ProfileAnswer("dev"))),
        [typeof(AccountLimitsAnswer)] = Of(new AccountLimitsAnswer(Month)),
        [typeof(MonthlyUsageAnswer)] = Of(new MonthlyUsageAnswer(Month)),
        [typeof(ActorRunAnswer)] = Of(new ActorRunAnswer
        {
            Id = "HG7ML7M8z78YcAPEB",
            ActId = "dev/my-actor",
            UserId = "DevUser0000000001",
            ActorTaskId = null,
            StartedAt = Time,
            FinishedAt = Time,
            Status = "SUCCEEDED",
            Meta = new RunMetaAnswer("API"),
            BuildId = "7sT5jcggjjA9fNcxF",
            DefaultKeyValueStoreId = "Sh0pStore00000001",
            DefaultDatasetId = "wmKPijuyDnPZAPRMk",
            DefaultRequestQueueId = "FL35cSF7jrxr3BY39",
            GeneralAccess = "FOLLOW_USER_SETTING",
        }),
        [typeof(RunAnswer)] = Of(new RunAnswer("HG7ML7M8z78YcAPEB", "dev/my-actor", null, "SUCCEEDED", "API", Time, "Sh0pStore00000001")),
        [typeof(RequestListAnswer)] = Of(new RequestListAnswer(1, 0,
        [
            new RequestAnswer
            {
                Id = 17,
                Time = Time,
                Method = "GET",
                Path = "/v2/key-value-stores/dev~shop/records",
                Query = "prefix=product-&token=***",
                Operation = "downloadRecords",
                Store = "dev~shop",
                StoreId = Store.Id,
                User = "dev",
                Status = 200,
                BytesSent = 12345,
                DurationMillis = 2.5,
            },
        ])),
        [typeof(StoreOverviewListAnswer)] = Of(new StoreOverviewListAnswer(
            1, [new StoreOverviewAnswer(Store.Id, "shop", "dev", Store.GeneralAccess, 1, 25, [new("temporary", 1, ["OUTPUT.json.x1y2z3.tmp"])], ["products"], StoreUrl)])),
        [typeof(HealthAnswer)] = Of(new HealthAnswer(
            "Healthy",
            ["2 files of the storage folder cannot be read: they belong to user 1000 with mode 0600, and this server runs as user 1654; "
                + "run the server as user 1000 (a container with --user 1000:1000), or make them readable to others (chmod -R a+rX)"])),
        [typeof(ClockAnswer)] = Of(new ClockAnswer(Time, Time, 0)),
        [typeof(IReadOnlyList<FaultState>)] = JsonSerializer.SerializeToNode(
            [new FaultState(Rule, 3, 2)], FaultContext.Default.IReadOnlyListFaultState),
        [typeof(JsonObject)] = new JsonObject { ["openapi"] = "3.1.1" },
        [typeof(StoreCreation)] = JsonNode.Parse("""
            {"schema":{"actorKeyValueStoreSchemaVersion":1,"title":"Shop","collections":{"products":{"title":"Products","keyPrefix":"product-"}}}}
            """),
        [typeof(StoreUpdate)] = JsonNode.Parse("""{"title":"My shop","generalAccess":"ANYONE_WITH_ID_CAN_READ"}"""),
        [typeof(ClockChange)] = JsonNode.Parse("""{"instant":"2026-01-31T12:00:00.000Z"}"""),
        [typeof(FaultRule[])] = new JsonArray(JsonSerializer.SerializeToNode(Rule, FaultContext.Default.FaultRule)),
        [typeof(RunDeclaration)] = JsonNode.Parse("""{"defaultKeyValueStoreId":"dev~shop","actorId":"dev/my-actor","status":"SUCCEEDED"}"""),
    };

    public static JsonNode? Of(Type type) => All.GetValueOrDefault(type)?.DeepClone();

    /// <summary>The example of an answer that says what its status says.</summary>
    public static JsonNode? Of(Type type, int status) =>
        type == typeof(HealthAnswer) && status != StatusCodes.Status200OK ? Of(new HealthAnswer("Unhealthy", [])) : Of(type);

    private static JsonNode? Of<T>(T answer) => JsonSerializer.SerializeToNode(answer, typeof(T), AnswerContext.Default);
}
