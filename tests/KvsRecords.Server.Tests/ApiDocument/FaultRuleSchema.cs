using System.Text.Json.Nodes;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>What the members of a fault's rule may be, each by itself: they are checked by code, of which its type says nothing.</summary>
internal static class FaultRuleSchema
{
    public static OpenApiSchema Of(string member) => member switch
    {
        "method" => OneOf([HttpMethods.Get, HttpMethods.Head, HttpMethods.Put, HttpMethods.Post, HttpMethods.Delete, HttpMethods.Options]),
        "operation" => OneOf(Operation.Names),
        "effect" => OneOf(Enum.GetValues<FaultEffect>().Select(FaultEffectConverter.NameOf)),
        "store" or "key" or "prefix" or "type" or "message" => new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1 },
        "nth" or "count" or "bytesPerSecond" => Number("1"),
        "retryAfter" or "delayMs" or "bytes" => Number("0"),
        "seed" => Number(null),
        "status" => Number("400", "599"),
        "probability" => new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "0", Maximum = "1" },
        _ => throw new ArgumentOutOfRangeException(nameof(member), member, "Nothing is known of this member of a rule."),
    };

    private static OpenApiSchema OneOf(IEnumerable<string> values) =>
        new() { Type = JsonSchemaType.String, Enum = [.. values.Select(value => JsonValue.Create(value))] };

    private static OpenApiSchema Number(string? least, string? most = null) =>
        new() { Type = JsonSchemaType.Integer, Minimum = least, Maximum = most };
}
