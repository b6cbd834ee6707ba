using System.Text;

namespace KvsRecords.TestHelpers;

/// <summary>
/// What the servers of a whole run said, and the secrets that were used in it, as files in one folder: <c>*.log</c> may have no secret at
/// all; in <c>*.out</c>, what the program prints on start, the development token is on purpose.
/// </summary>
public static class Captured
{
    /// <summary>The one that everybody knows.</summary>
    public const string DevelopmentToken = "apify_api_dev";

    // What is shorter is a word like any other.
    private const int Shortest = 7;

    // Half of a surrogate pair is said, too.
    private static readonly UTF8Encoding WithReplacements = new(encoderShouldEmitUTF8Identifier: false);

    private static readonly Lock Turn = new();
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal);

    /// <summary>The folder: one of this run, or the one that <c>KVS_RECORDS_CAPTURED</c> names, for what several programs say.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable("KVS_RECORDS_CAPTURED") is { Length: > 0 } given
        ? Directory.CreateDirectory(given).FullName
        : Directory.CreateTempSubdirectory("kvs-records-captured-").FullName;

    public static bool IsOfThisRun { get; } = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KVS_RECORDS_CAPTURED"));

    /// <summary>Whether what this test sends as a token is a secret: where requests are made up at random, any word is sent as one.</summary>
    public static bool TokensAreSecrets => TestContext.Current.TestClass?.TestClassSimpleName.EndsWith("FuzzTests", StringComparison.Ordinal) != true;

    /// <summary>Whether what a store has for a signing key is one: damage puts any text of the database there.</summary>
    public static bool SigningKeysAreSecrets => TestContext.Current.TestClass?.TestClassSimpleName != "DamageFuzzTests";

    public static void Said(string text) => Append("log", text);

    public static void Printed(string text) => Append("out", text);

    public static void Secret(params IEnumerable<string?> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret is null || secret.Length < Shortest)
                continue;

            lock (Turn)
            {
                if (!Known.Add(secret))
                    continue;
            }

            Append("secrets", secret.ReplaceLineEndings(" "));
        }
    }

    private static void Append(string kind, string text)
    {
        lock (Turn)
            File.AppendAllText(Path.Join(Folder, $"tests-{Environment.ProcessId}.{kind}"), $"{text}\n", WithReplacements);
    }
}
