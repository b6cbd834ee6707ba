using System.Diagnostics;
using System.Runtime.CompilerServices;
using Json.Schema;
using Json.Schema.Keywords;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// A <c>$ref</c> that comes to an end. A schema may refer to itself for one and the same value, and the library would follow it until the
/// stack is used up, which ends the process; or twice for each level of a value, which takes for ever.
/// </summary>
internal sealed class GuardedRef : RefKeyword
{
    // What a value of the greatest length takes is less.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Following one takes longer than to look at a clock, but not much.
    private const int BetweenLooks = 256;

    // A value is at most 64 levels deep, and a schema takes a few references for each.
    private const int MostNested = 1_000;

    // A value is held against a schema by one thread from beginning to end.
    [ThreadStatic]
    private static long _began;

    [ThreadStatic]
    private static int _followed;

    [ThreadStatic]
    private static int _nested;

    /// <summary>A value is about to be held against a schema, by this thread.</summary>
    public static void Begin() => (_began, _followed, _nested) = (Stopwatch.GetTimestamp(), 0, 0);

    /// <exception cref="InsufficientExecutionStackException">It leads back to where it came from, or too deep.</exception>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    public override KeywordEvaluation Evaluate(KeywordData keyword, EvaluationContext context)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_nested == MostNested)
            throw new InsufficientExecutionStackException();
        if (++_followed % BetweenLooks == 0 && Stopwatch.GetElapsedTime(_began) > Patience)
            throw new TimeoutException();

        _nested++;
        try
        {
            return base.Evaluate(keyword, context);
        }
        finally
        {
            _nested--;
        }
    }
}
