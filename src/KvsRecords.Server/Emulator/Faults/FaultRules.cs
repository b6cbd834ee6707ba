using System.Text.Json;
using KvsRecords.Emulator;
using KvsRecords.Server.Errors;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Reads rules from a JSON array, and says what is wrong with them.</summary>
internal static class FaultRules
{
    private const string FromOne = "a whole number from 1";
    private const string FromZero = "a whole number from 0";
    private const string Text = "a text that is not empty";

    private static readonly string[] Methods =
        [HttpMethods.Get, HttpMethods.Head, HttpMethods.Put, HttpMethods.Post, HttpMethods.Delete, HttpMethods.Options];

    private static readonly string[] Effects = [.. Enum.GetValues<FaultEffect>().Select(FaultEffectConverter.NameOf)];

    private static readonly FaultEffect[] WithBytes =
        [FaultEffect.Abort, FaultEffect.Truncate, FaultEffect.MalformedChunk, FaultEffect.Stall];

    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["method"] = $"one of {string.Join(", ", Methods)}",
        ["operation"] = $"one of {string.Join(", ", Requests.Operation.Names)}",
        ["store"] = "the id of a store, its name, or owner~name",
        ["key"] = Text,
        ["prefix"] = Text,
        ["nth"] = FromOne,
        ["count"] = FromOne,
        ["probability"] = "a number from 0 to 1",
        ["seed"] = "a whole number",
        ["status"] = $"one of {string.Join(", ", FaultErrors.Statuses)}, or with a \"type\" any from 400 to 599",
        ["type"] = $"one of {string.Join(", ", FaultErrors.Types)}, or with a \"status\" any text that is not empty",
        ["message"] = Text,
        ["retryAfter"] = "a whole number of seconds from 0",
        ["delayMs"] = FromZero,
        ["bytesPerSecond"] = FromOne,
        ["effect"] = $"one of {string.Join(", ", Effects)}",
        ["bytes"] = FromZero,
    };

    /// <returns>The rules; or what is wrong, and what is allowed, as a sentence.</returns>
    public static (IReadOnlyList<Fault> Rules, string? Wrong) Read(JsonElement? json)
    {
        if (json is not { ValueKind: JsonValueKind.Array } array)
            return ([], "The request body must be a JSON array of fault rules; [] clears them.");

        var rules = new List<Fault>();
        foreach (var element in array.EnumerateArray())
        {
            if (ReadRule(element, out var rule) is { } wrong)
                return ([], $"{Place(rules.Count)}: {wrong}");
            rules.Add(rule!);
        }

        return (rules, Problem(rules));
    }

    /// <returns>What is wrong with the first rule that cannot be meant; null: all of them can.</returns>
    public static string? Problem(IReadOnlyList<Fault> rules) => rules
        .Select((rule, i) => Problem(rule) is { } problem ? $"{Place(i)}: {problem}" : null)
        .FirstOrDefault(problem => problem is not null);

    private static string? ReadRule(JsonElement json, out Fault? rule)
    {
        rule = null;
        if (json.ValueKind != JsonValueKind.Object)
            return "A rule must be a JSON object.";
        if (json.EnumerateObject().FirstOrDefault(member => !Allowed.ContainsKey(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            return $"\"{unknown.Name}\" is not known. Allowed: {string.Join(", ", Allowed.Keys)}.";
        if (json.EnumerateObject().CountBy(member => member.Name).FirstOrDefault(members => members.Value > 1) is { Key: { } repeated })
            return $"\"{repeated}\" is given more than once.";

        try
        {
            rule = json.Deserialize(FaultContext.Default.Fault);
            return null;
        }
        catch (JsonException e)
        {
            return MustBe(e.Path!.Split('.')[^1]);
        }
    }

    private static string? Problem(Fault rule) => rule switch
    {
        { Method: { } method } when !Methods.Contains(method.ToUpperInvariant()) => MustBe("method"),
        { Operation: { } operation } when !Requests.Operation.Names.Contains(operation) => MustBe("operation"),
        { Store: "" } => MustBe("store"),
        { Key: "" } => MustBe("key"),
        { Prefix: "" } => MustBe("prefix"),
        { Nth: < 1 } => MustBe("nth"),
        { Count: < 1 } => MustBe("count"),
        { Probability: not null and not (>= 0 and <= 1) } => MustBe("probability"),
        { Seed: not null, Probability: null } => "\"seed\" is for a rule with \"probability\".",
        { Status: not null, Type: null } or { Status: < 400 or > 599 } when ErrorOf(rule) is null => MustBe("status"),
        { Type: not null } when ErrorOf(rule) is null => MustBe("type"),
        { Message: "" } => MustBe("message"),
        { RetryAfter: < 0 } => MustBe("retryAfter"),
        { IsError: false, Message: not null } or { IsError: false, RetryAfter: not null } =>
            "\"message\" and \"retryAfter\" are for a rule with \"status\" or \"type\".",
        { DelayMs: < 0 } => MustBe("delayMs"),
        { BytesPerSecond: < 1 } => MustBe("bytesPerSecond"),
        { IsError: true, Effect: FaultEffect.Refuse or FaultEffect.Expired } =>
            "An error takes the place of the answer: it cannot be together with the effects refuse and expired.",
        { Bytes: < 0 } => MustBe("bytes"),
        { Bytes: not null } when rule.Effect is not { } effect || !WithBytes.Contains(effect) =>
            "\"bytes\" is for the effects abort, truncate, malformed-chunk and stall.",
        { IsError: false, DelayMs: null, BytesPerSecond: null, Effect: null } =>
            "It says nothing of what goes wrong. Give one of status, type, delayMs, bytesPerSecond, effect.",
        _ => null,
    };

    private static ApiError? ErrorOf(Fault rule) => FaultErrors.Find(rule.Status, rule.Type);

    private static string MustBe(string member) => $"\"{member}\" must be {Allowed[member]}.";

    private static string Place(int index) => $"The rule at index {index}";
}
