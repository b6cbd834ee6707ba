using System.Buffers;
using System.Globalization;
using System.Text;

namespace KvsRecords.Server.Logging;

/// <summary>
/// Text as it may be printed or logged: nothing in it moves a terminal's cursor, begins a line, or turns the direction of writing.
/// </summary>
/// <remarks>
/// Names of files, keys and messages of exceptions come from other people. Everything that the program prints passes here.
/// </remarks>
internal static class Printable
{
    private static readonly SearchValues<char> Unprintable = SearchValues.Create(
    [
        .. Characters('\0', '\x1F'),
        .. Characters('\x7F', '\x9F'),
        .. Characters('\u2028', '\u202E'),
        .. Characters('\u2066', '\u2069'),
        '\u061C', '\u200E', '\u200F',
    ]);

    /// <summary>The text with <c>\n</c>, <c>\u001B</c> and the like in place of such characters.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAny(Unprintable))
            return text;

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (!Unprintable.Contains(c))
                escaped.Append(c);
            else
                escaped.Append(Escaped(c));
        }

        return escaped.ToString();
    }

    /// <summary>The text of an exception, its inner ones, and where each was thrown, in lines of their own.</summary>
    public static string Of(Exception exception)
    {
        var text = new StringBuilder();
        Append(text, exception);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Exception exception)
    {
        text.Append(exception.GetType()).Append(": ").Append(Of(exception.Message));
        List<Exception?> causes = exception is AggregateException all ? [.. all.InnerExceptions] : [exception.InnerException];
        foreach (var cause in causes.OfType<Exception>())
        {
            text.AppendLine().Append(" ---> ");
            Append(text, cause);
            text.AppendLine().Append("   --- End of inner exception stack trace ---");
        }

        foreach (var line in (exception.StackTrace ?? "").Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries))
            text.AppendLine().Append(Of(line));
    }

    private static string Escaped(char c) => c switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        _ => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)c:X4}"),
    };

    private static IEnumerable<char> Characters(char first, char last) =>
        Enumerable.Range(first, last - first + 1).Select(c => (char)c);
}
