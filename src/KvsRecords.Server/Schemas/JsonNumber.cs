namespace KvsRecords.Server.Schemas;

/// <summary>Numbers of JSON, compared exactly where a decimal can hold them, and else as JavaScript compares them.</summary>
internal static class JsonNumber
{
    public static int Compare(JsonValue one, JsonValue other) => one.Decimal is { } a && other.Decimal is { } b
        ? a.CompareTo(b)
        : one.Double.CompareTo(other.Double);

    public static bool IsMultiple(JsonValue value, JsonValue divisor)
    {
        try
        {
            if (value.Decimal is { } a && divisor.Decimal is { } b)
                return a % b == 0;
        }
        catch (OverflowException)
        {
            // One of them is very large, and the other very small.
        }

        return double.IsInteger(value.Double / divisor.Double);
    }
}
