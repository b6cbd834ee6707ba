namespace KvsRecords.Testing;

/// <summary>A user who can own stores, and the user's token.</summary>
/// <param name="Username">3 to 30 of <c>a-z 0-9 _ . -</c>, compared without case; each once.</param>
/// <param name="Token">Any text that neither begins nor ends with a space; each once.</param>
public sealed record TestUser(string Username, string Token);
