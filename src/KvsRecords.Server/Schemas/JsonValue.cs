using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>A value in a <see cref="JsonTable"/>, or a name, which is a text.</summary>
internal readonly struct JsonValue(JsonTable table, int row)
{
    private const int MaxShown = 100;

    /// <summary>Gives the row of the value in the table, which no other value has.</summary>
    public int Row => row;

    /// <summary>The bytes as they stand there, a text between its quotation marks.</summary>
    public ReadOnlySpan<byte> Raw => table.Raw(row);

    public JsonValueKind Kind => table.KindOf(row);

    /// <summary>Of an array.</summary>
    public IEnumerable<JsonValue> Items
    {
        get
        {
            for (var item = row + 1; item < table.After(row); item = table.After(item))
                yield return new JsonValue(table, item);
        }
    }

    /// <summary>Of an object.</summary>
    public IEnumerable<(JsonValue Name, JsonValue Value)> Members
    {
        get
        {
            for (var name = row + 1; name < table.After(row); name = table.After(name + 1))
                yield return (new JsonValue(table, name), new JsonValue(table, name + 1));
        }
    }

    /// <summary>The member of an object with this name, the last one where there are several; null: none.</summary>
    public JsonValue? Find(string name)
    {
        JsonValue? found = null;
        foreach (var (other, value) in Members)
            found = other.Is(name) ? value : found;
        return found;
    }

    /// <summary>Tells whether the value is this text.</summary>
    /// <exception cref="InvalidOperationException">It is no Unicode.</exception>
    public bool Is(string text)
    {
        var reader = Read();
        return reader.ValueTextEquals(text);
    }

    /// <exception cref="InvalidOperationException">It is no Unicode.</exception>
    public string Text
    {
        get
        {
            var reader = Read();
            return reader.GetString()!;
        }
    }

    public bool IsInteger => (Utf8Parser.TryParse(Raw, out long _, out var read) && read == Raw.Length) || double.IsInteger(Double);

    public double Double
    {
        get
        {
            var reader = Read();
            return reader.GetDouble();
        }
    }

    /// <summary>
    /// The number, where a decimal can hold it: null where it is too large, or so small that nothing would be left of it.
    /// </summary>
    public decimal? Decimal
    {
        get
        {
            var reader = Read();
            return reader.TryGetDecimal(out var number) && (number != 0 || reader.GetDouble() == 0) ? number : null;
        }
    }

    /// <summary>Gives the name that an error has for the value.</summary>
    public override string ToString() => Kind switch
    {
        JsonValueKind.Object => "the object",
        JsonValueKind.Array => "the array",
        _ => Shown(),
    };

    /// <summary>Shows the value as it is written, cut off where it is long.</summary>
    public string Shown() => Shown(Encoding.UTF8.GetString(Raw[..Math.Min(Raw.Length, 4 * MaxShown)]));

    /// <summary>A text as an error shows it, cut off where it is long.</summary>
    public static string Shown(string text) =>
        text.Length <= MaxShown ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..MaxShown]}…");

    private Utf8JsonReader Read()
    {
        var reader = new Utf8JsonReader(Raw);
        reader.Read();
        return reader;
    }
}
