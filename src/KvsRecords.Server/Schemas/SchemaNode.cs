namespace KvsRecords.Server.Schemas;

/// <summary>A rule of a keyword for a value.</summary>
internal delegate bool Rule(JsonValue value, SchemaCheck check);

/// <summary>A schema, or one within another, compiled.</summary>
internal sealed class SchemaNode
{
    private readonly List<(string Keyword, string Wrong, Rule Rule)> _rules = [];

    /// <param name="keyword">The keyword that has the rule.</param>
    /// <param name="wrong">The demand that a value fails, as the rest of a sentence; "": the rule itself notes what is wrong.</param>
    /// <param name="rule">Tells whether a value obeys.</param>
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
