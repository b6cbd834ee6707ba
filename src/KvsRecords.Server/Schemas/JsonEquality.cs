using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>Values of JSON that mean the same, however they are written: numbers, escapes, the order of an object's members.</summary>
internal static class JsonEquality
{
    // It cannot be known before which values have the same hash.
    private static readonly long Seed = Random.Shared.NextInt64();

    public static bool AreEqual(JsonValue one, JsonValue other, SchemaCheck check)
    {
        check.Step();
        if (one.Kind != other.Kind)
            return false;

        switch (one.Kind)
        {
            case JsonValueKind.Number:
                check.Limit(one);
                return JsonNumber.Compare(one, other) == 0;
            case JsonValueKind.String:
                return IsPlain(one) && IsPlain(other) ? one.Raw.SequenceEqual(other.Raw) : check.TextOf(one) == check.TextOf(other);
            case JsonValueKind.Array:
                return AreEqual(one.Items, other.Items, check);
            case JsonValueKind.Object:
                return AreEqual(one.Members, other.Members, check);
            default:
                return true;
        }
    }

    /// <summary>MUST be the same for values that are equal.</summary>
    public static ulong Hash(JsonValue value, SchemaCheck check)
    {
        check.Step();
        switch (value.Kind)
        {
            case JsonValueKind.Number:
                check.Limit(value);
                var number = value.Double;
                return Hash(MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in number)));
            case JsonValueKind.String:
                return IsPlain(value) ? Hash(value.Raw[1..^1]) : Hash(Encoding.UTF8.GetBytes(check.TextOf(value)));
            case JsonValueKind.Array:
                return value.Items.Aggregate(1UL, (sum, item) => (sum * 31) + Hash(item, check));
            case JsonValueKind.Object:
                return value.Members.Aggregate(2UL, (sum, member) => sum + (Hash(member.Name, check) * 31 * Hash(member.Value, check)));
            default:
                return (ulong)value.Kind;
        }
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes, Seed);

    private static bool AreEqual(IEnumerable<JsonValue> some, IEnumerable<JsonValue> others, SchemaCheck check)
    {
        using var other = others.GetEnumerator();
        return some.All(one => other.MoveNext() && AreEqual(one, other.Current, check)) && !other.MoveNext();
    }

    private static bool AreEqual(
        IEnumerable<(JsonValue Name, JsonValue Value)> some, IEnumerable<(JsonValue Name, JsonValue Value)> others, SchemaCheck check)
    {
        var members = new Dictionary<string, JsonValue>(StringComparer.Ordinal);
        foreach (var (name, value) in others)
            members[check.TextOf(name)] = value;
        return some.All(member => members.Remove(check.TextOf(member.Name), out var value) && AreEqual(member.Value, value, check))
            && members.Count == 0;
    }

    private static bool IsPlain(JsonValue text) => !text.Raw.Contains((byte)'\\');
}
