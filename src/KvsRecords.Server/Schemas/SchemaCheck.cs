using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using KvsRecords.Server.Errors;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// A check of one value against its schemas: its time so far, and the violations. Rules MUST call <see cref="Step"/> for each thing that
/// they look at, so that the check stops when its time or the request ends.
/// </summary>
internal sealed class SchemaCheck(CancellationToken cancellationToken)
{
    // The longest text, name, number, or value to be compared, in bytes: reading one copies it, and cannot be stopped before its end.
    private const int MaxWhole = 1024 * 1024;

    // The longest text that is matched with a pattern. A match takes up to 100 bytes of memory for each character.
    private const int MaxMatched = 32 * 1024;

    /// <summary>Limits the time of a whole check. A value of the greatest length, and of the most tokens, takes about one second.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Only its own timeout stops a match.
    private static readonly TimeSpan MatchSlice = TimeSpan.FromMilliseconds(250);

    // Reading the clock takes as long as a few steps.
    private const int StepsBetweenLooks = 1_000;

    // A value is at most 64 levels deep, and a schema takes a few references for each.
    private const int MaxDepth = 1_000;

    private const int MaxViolations = 100;

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly List<SchemaViolation> _violations = [];
    private readonly List<(JsonValue? Name, int Index)> _path = [];

    // Each check has its own, since a match leaves its stack with its expression.
    private readonly Dictionary<string, Regex> _patterns = [];
    private string _collection = "";
    private int _steps;
    private int _depth;
    private int _quiet;

    /// <summary>Lists what is wrong with the value, at most the first hundred.</summary>
    public IReadOnlyList<SchemaViolation> Violations => _violations;

    /// <summary>Tells whether the check should go on after it has found something wrong.</summary>
    public bool WantsMore => _quiet == 0 && _violations.Count < MaxViolations;

    /// <summary>Checks a value against the schema of a collection.</summary>
    /// <exception cref="CheckLimitException">It takes too long, or too much.</exception>
    public void Run(string collection, SchemaNode schema, JsonValue value)
    {
        _collection = collection;
        schema.Holds(value, this);
    }

    /// <summary>Tells whether a value obeys a schema, without noting what is wrong.</summary>
    public bool Obeys(SchemaNode schema, JsonValue value)
    {
        _quiet++;
        var obeys = schema.Holds(value, this);
        _quiet--;
        return obeys;
    }

    /// <summary>Checks a part of the value, and notes what is wrong.</summary>
    /// <param name="schema">The schema of the part.</param>
    /// <param name="value">The part.</param>
    /// <param name="name">Its name in an object; null: it is in an array.</param>
    /// <param name="index">Its place in an array.</param>
    public bool Holds(SchemaNode schema, JsonValue value, JsonValue? name, int index = 0)
    {
        _path.Add((name, index));
        var holds = schema.Holds(value, this);
        _path.RemoveAt(_path.Count - 1);
        return holds;
    }

    /// <exception cref="CheckLimitException">Schemas lie in each other without end.</exception>
    public void Enter()
    {
        Step();
        if (++_depth > MaxDepth)
            throw new CheckLimitException("the schema refers to itself without end, or too deeply");
    }

    public void Leave() => _depth--;

    /// <summary>Notes what is wrong.</summary>
    public void Note(string keyword, string wrong, JsonValue value)
    {
        if (WantsMore && wrong.Length > 0)
            _violations.Add(new SchemaViolation(_collection, Path(), keyword, $"{value} {wrong}"));
    }

    /// <exception cref="CheckLimitException">The time is over.</exception>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public void Step(int work = 1)
    {
        _steps += work;
        if (_steps < StepsBetweenLooks)
            return;

        _steps = 0;
        cancellationToken.ThrowIfCancellationRequested();
        if (Stopwatch.GetElapsedTime(_began) > Patience)
        {
            throw new CheckLimitException(string.Create(
                CultureInfo.InvariantCulture, $"to hold it against the schema takes too long: more than {Patience.TotalSeconds:0.#} seconds"));
        }
    }

    /// <summary>A text, or the bytes of a value that are to be compared.</summary>
    /// <exception cref="CheckLimitException">It is too long.</exception>
    public string TextOf(JsonValue value)
    {
        Limit(value);
        return value.Text;
    }

    public bool Is(JsonValue value, string text)
    {
        Limit(value);
        return value.Is(text);
    }

    /// <exception cref="CheckLimitException">It is too long.</exception>
    public void Limit(JsonValue value)
    {
        if (value.Raw.Length > MaxWhole)
            throw new CheckLimitException($"a part of it is longer than {MaxWhole} bytes, and the schema asks more of it than its length");
        Step(1 + (value.Raw.Length / 64));
    }

    /// <exception cref="CheckLimitException">It takes too long, or too much.</exception>
    public bool IsMatch(string pattern, string text)
    {
        if (text.Length > MaxMatched)
            throw new CheckLimitException($"a text in it is longer than {MaxMatched} characters, and the schema has a pattern for it");
        if (!_patterns.TryGetValue(pattern, out var regex))
            _patterns.Add(pattern, regex = SchemaPattern.Compile(pattern, MatchSlice));
        while (true)
        {
            try
            {
                Step(1 + (text.Length / 64));
                return regex.IsMatch(text);
            }
            catch (RegexMatchTimeoutException)
            {
                // The match was too long, or the machine was busy: the check may try again while there is time.
                Step(StepsBetweenLooks);
            }
        }
    }

    private string Path() => string.Concat(_path.Select(step => step.Name is { } name
        ? $"/{JsonValue.Shown(name.Text).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}"
        : string.Create(CultureInfo.InvariantCulture, $"/{step.Index}")));
}

/// <summary>
/// A refusal of a value that cannot be checked against a schema within the limits of time and memory, or of a schema beyond them.
/// </summary>
/// <param name="limit">Which limit, as the rest of a sentence.</param>
internal sealed class CheckLimitException(string limit) : Exception(limit);
