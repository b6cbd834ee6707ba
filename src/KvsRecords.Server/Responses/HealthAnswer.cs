namespace KvsRecords.Server.Responses;

/// <summary>Whether requests can be served.</summary>
/// <param name="Status"><c>Healthy</c> or <c>Unhealthy</c>.</param>
/// <param name="Warnings">What should be mended although they can be, a sentence each.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<string> Warnings);
