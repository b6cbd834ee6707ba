using System.Globalization;

namespace KvsRecords.Server.Tests;

/// <summary>How often something that is up to chance is tried.</summary>
internal static class HowMany
{
    /// <summary>What an environment variable says, for those who have the time; else a number that takes a second or two.</summary>
    public static int Of(string variable, int usually) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : usually;
}
