using System.Runtime.InteropServices;
using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// JSON as a table of its values over its bytes: 12 bytes for each value and each name, outside of the collected heap, so that what a
/// check takes is known before, and is free again when it ends.
/// </summary>
internal sealed unsafe class JsonTable : IDisposable
{
    // The allocator keeps what it has once given for a large table. A mapping gives it back.
    private const int MaxAllocated = 4_096;

    // Of the reader.
    private const int MaxDepth = 64;

    private readonly ReadOnlyMemory<byte> _json;
    private readonly int _capacity;
    private readonly MappedMemory<Row>? _mapped;
    private Row* _rows;
    private int _count;

    private JsonTable(ReadOnlyMemory<byte> json, int maxTokens)
    {
        // No token is shorter than a byte.
        _json = json;
        _capacity = Math.Min(maxTokens, json.Length);
        _mapped = _capacity > MaxAllocated ? MappedMemory<Row>.New(_capacity) : null;
        _rows = _mapped is null ? (Row*)NativeMemory.Alloc((nuint)_capacity, (nuint)sizeof(Row)) : _mapped.Start;
    }

    ~JsonTable() => Free();

    /// <param name="json">One value of JSON, at most 64 levels deep and shorter than 512 MiB. It MUST stay as long as the table does.</param>
    /// <param name="maxTokens">The most values and names that it may have.</param>
    /// <param name="check">Gives up when its time is over; null: never.</param>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="CheckLimitException">It has more of them, or the time is over.</exception>
    public static JsonTable Read(ReadOnlyMemory<byte> json, int maxTokens, SchemaCheck? check = null)
    {
        var table = new JsonTable(json, maxTokens);
        try
        {
            table.Fill(check);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    public JsonValue Root => new(this, 0);

    public JsonValueKind KindOf(int row) => _rows[row].Kind;

    /// <summary>The row after all that is in a value.</summary>
    public int After(int row) => _rows[row].After;

    public ReadOnlySpan<byte> Raw(int row) => _json.Span.Slice(_rows[row].Start, _rows[row].Length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Fill(SchemaCheck? check)
    {
        var reader = new Utf8JsonReader(_json.Span);
        Span<int> open = stackalloc int[MaxDepth];
        while (reader.Read())
        {
            check?.Step();
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                var row = _rows + open[reader.CurrentDepth];
                row->Length = (int)reader.BytesConsumed - row->Start;
                row->After = _count;
                continue;
            }

            if (_count == _capacity)
                throw new CheckLimitException($"it has more than {_capacity} values and names (--max-schema-tokens)");
            var kind = KindOf(reader.TokenType);
            if (kind is JsonValueKind.Object or JsonValueKind.Array)
                open[reader.CurrentDepth] = _count;
            var start = (int)reader.TokenStartIndex;

            // The colon belongs to the name.
            var length = reader.TokenType == JsonTokenType.PropertyName ? reader.ValueSpan.Length + 2 : (int)reader.BytesConsumed - start;
            _rows[_count] = new Row(kind, start, length, _count + 1);
            _count++;
        }
    }

    private static JsonValueKind KindOf(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        JsonTokenType.Null => JsonValueKind.Null,
        _ => JsonValueKind.String,
    };

    private void Free()
    {
        if (_mapped is null)
            NativeMemory.Free(_rows);
        else
            ((IDisposable)_mapped).Dispose();
        _rows = null;
    }

    // The kind stands above the place, which takes 29 bits.
    private struct Row(JsonValueKind kind, int start, int length, int after)
    {
        private readonly uint _place = ((uint)kind << 29) | (uint)start;

        public int Length = length;
        public int After = after;

        public readonly int Start => (int)(_place & 0x1FFF_FFFF);

        public readonly JsonValueKind Kind => (JsonValueKind)(_place >> 29);
    }
}
