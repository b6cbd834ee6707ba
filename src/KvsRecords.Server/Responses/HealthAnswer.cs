namespace KvsRecords.Server.Responses;

/// <summary>The health of the server.</summary>
/// <param name="Status"><c>Healthy</c> or <c>Unhealthy</c>.</param>
/// <param name="Warnings">The things to mend although requests can be served, a sentence each.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<string> Warnings);
