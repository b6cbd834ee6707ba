using System.Runtime.InteropServices;
using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// JSON as a table of its values over its bytes: 12 bytes for each value and each name, outside of the collected heap, so that what a
/// check takes is known before, and is free again when it ends.
/// </summary>
internal sealed unsafe class JsonTable : IDisposable
{
    private readonly ReadOnlyMemory<byte> _json;
    private readonly int _capacity;
    private Row* _rows;
    private int _count;

    private JsonTable(ReadOnlyMemory<byte> json, int maxTokens)
    {
        // No token is shorter than a byte. Pages that are never written to take no memory.
        (_json, _capacity) = (json, Math.Min(maxTokens, json.Length));
        _rows = (Row*)NativeMemory.Alloc((nuint)_capacity, (nuint)sizeof(Row));
    }

    ~JsonTable() => Free();

    /// <param name="json">One value of JSON, at most 64 levels deep. It MUST stay as long as the table does.</param>
    /// <param name="maxTokens">The most values and names that it may have.</param>
    /// <param name="step">Is called for each of them, and may give up.</param>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="CheckLimitException">It has more of them.</exception>
    public static JsonTable Read(ReadOnlyMemory<byte> json, int maxTokens, Action? step = null)
    {
        var table = new JsonTable(json, maxTokens);
        try
        {
            table.Fill(step);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    public JsonValue Root => new(this, 0);

    public Row this[int row] => _rows[row];

    public ReadOnlySpan<byte> Raw(int row) => _json.Span.Slice(_rows[row].Start, _rows[row].Length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Fill(Action? step)
    {
        var reader = new Utf8JsonReader(_json.Span);
        Span<int> open = stackalloc int[reader.CurrentState.Options.MaxDepth is > 0 and var depth ? depth : 64];
        while (reader.Read())
        {
            step?.Invoke();
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                var row = open[reader.CurrentDepth];
                _rows[row].Length = (int)reader.BytesConsumed - _rows[row].Start;
                _rows[row].Next = _count;
                continue;
            }

            if (_count == _capacity)
                throw new CheckLimitException($"it has more than {_capacity} values and names (--max-schema-tokens)");
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                open[reader.CurrentDepth] = _count;
            var start = (int)reader.TokenStartIndex;
            var length = reader.TokenType is JsonTokenType.PropertyName ? reader.ValueSpan.Length + 2 : (int)reader.BytesConsumed - start;
            _rows[_count] = new Row { Start = start, Length = length, Next = _count + 1 };
            _count++;
        }
    }

    private void Free()
    {
        NativeMemory.Free(_rows);
        _rows = null;
    }

    /// <summary>A value or a name: where it stands, and which row comes after all that is in it.</summary>
    internal struct Row
    {
        public int Start;
        public int Length;
        public int Next;
    }
}
