using System.Globalization;
using System.Text;
using CsCheck;

namespace KvsRecords.Server.Tests;

/// <summary>Runs many cases that no user would write. One that fails is reported with its bytes and the seed that makes it again.</summary>
internal static class Fuzz
{
    // What takes less than a second; .ci/fuzz tries ten and more times as many.
    private const int Usually = 500;

    // The machine has other things to do, too.
    private const int Threads = 4;

    /// <param name="what">What is tried, as the table of a run says it.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="bytes">What a case consists of.</param>
    /// <param name="check">What MUST NOT fail.</param>
    /// <param name="weight">How many of the cheapest cases one of these costs.</param>
    /// <param name="threads">How many at once.</param>
    public static async Task RunAsync<T>(string what, Gen<T> cases, Func<T, byte[]> bytes, Func<T, Task> check, int weight = 1, int threads = Threads)
    {
        var number = Math.Max(20, HowMany.Of("KVS_RECORDS_FUZZ", Usually) / weight);
        await cases.SampleAsync(check, iter: number, threads: threads, print: one => Shown(bytes(one)));
        Rows.Add("fuzz", what, number.ToString("N0", CultureInfo.InvariantCulture));
    }

    /// <summary>Bytes as a string literal has them.</summary>
    public static string Shown(byte[] bytes)
    {
        var text = new StringBuilder("\"");
        foreach (var one in bytes)
            text.Append(one is >= 0x20 and < 0x7F and not (byte)'"' and not (byte)'\\' ? ((char)one).ToString() : $"\\x{one:x2}");
        return text.Append('"').ToString();
    }
}
