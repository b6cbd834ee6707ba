namespace KvsRecords.Server.Answers;

/// <summary>Who the caller is, with those of the API's members that its clients look at.</summary>
internal sealed record UserAnswer(string Id, string Username, string Email, bool IsPaying, DateTimeOffset CreatedAt, ProfileAnswer Profile, ProxyAnswer Proxy);

/// <summary>What everybody may know of a user.</summary>
internal sealed record PublicUserAnswer(string Username, ProfileAnswer Profile);

/// <summary>What a user tells of themselves.</summary>
internal sealed record ProfileAnswer(string Name);

/// <summary>The user's proxies: there are none.</summary>
internal sealed record ProxyAnswer(string Password, IReadOnlyList<string> Groups);
