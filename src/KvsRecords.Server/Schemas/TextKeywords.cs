using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>The keywords that restrict texts. Every other value obeys them.</summary>
internal static class TextKeywords
{
    public static readonly string[] Names = ["minLength", "maxLength", "pattern"];

    public static void Add(SchemaNode node, SchemaKeyword keyword)
    {
        if (keyword.Name == "pattern")
        {
            var pattern = SchemaKeyword.Pattern(keyword.Text());
            node.Add("pattern", $"should match the pattern {JsonValue.Shown(pattern)}",
                (value, check) => value.Kind != JsonValueKind.String || check.IsMatch(pattern, check.TextOf(value)));
            return;
        }

        var limit = keyword.Count();
        var isLeast = keyword.Name == "minLength";
        node.Add(keyword.Name, $"should have {(isLeast ? "at least" : "at most")} {limit} characters", (value, check) =>
        {
            if (value.Kind != JsonValueKind.String)
                return true;

            check.Step(1 + (value.Raw.Length / 64));
            var length = LengthOf(value.Raw[1..^1]);
            return isLeast ? length >= limit : length <= limit;
        });
    }

    /// <summary>Counts the characters of a text from its bytes in JSON: the text may be too long to be decoded.</summary>
    internal static long LengthOf(ReadOnlySpan<byte> json)
    {
        var length = 0L;
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '\\')
            {
                // The second half of a pair belongs to the first.
                var isSecond = json[i + 1] == 'u'
                    && json[i + 2] is (byte)'d' or (byte)'D'
                    && json[i + 3] is >= (byte)'c' and <= (byte)'f' or >= (byte)'C' and <= (byte)'F';
                length += isSecond ? 0 : 1;
                i += json[i + 1] == 'u' ? 5 : 1;
            }
            else if ((json[i] & 0b1100_0000) != 0b1000_0000)
            {
                length++;
            }
        }

        return length;
    }
}
