namespace KvsRecords.Server.Schemas;

/// <summary>What a keyword asks of a value.</summary>
internal delegate bool Rule(JsonValue value, SchemaCheck check);

/// <summary>A schema, or one within another, compiled.</summary>
internal sealed class SchemaNode
{
    private readonly List<(string Keyword, string Wrong, Rule Rule)> _rules = [];

    /// <param name="keyword">The keyword that asks for it.</param>
    /// <param name="wrong">What a value should be that is not, as the rest of a sentence; "": the rule itself notes what is wrong.</param>
    /// <param name="rule">Whether a value is so.</param>
    public void Add(string keyword, string wrong, Rule rule) => _rules.Add((keyword, wrong, rule));

    public bool Holds(JsonValue value, SchemaCheck check)
    {
        check.Enter();
        var holds = true;
        foreach (var (keyword, wrong, rule) in _rules)
        {
            if (rule(value, check))
                continue;

            holds = false;
            check.Note(keyword, wrong, value);
            if (!check.WantsMore)
                break;
        }

        check.Leave();
        return holds;
    }
}
