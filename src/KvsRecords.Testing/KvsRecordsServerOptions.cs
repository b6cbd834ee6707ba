using KvsRecords.Emulator;

namespace KvsRecords.Testing;

/// <summary>The settings of an emulator. By default it has one user, no store and no rate limit.</summary>
public sealed record KvsRecordsServerOptions
{
    /// <summary>The users; the first one owns each store that has no other owner. By default <c>dev</c>, with the token <c>apify_api_dev</c>.</summary>
    public IReadOnlyList<TestUser> Users { get; init; } = [new TestUser("dev", "apify_api_dev")];

    /// <summary>
    /// Lists the seeds that are loaded at the start and by a reset: paths of a crawler's storage folders, or of archives <c>NAME.zip</c>
    /// with the records of the store NAME.
    /// </summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>
    /// Tells whether the server MUST answer 429 where the service would: to more than 60 requests a second to a store, or 200 for its
    /// single records.
    /// </summary>
    public bool LimitsRate { get; init; }

    /// <summary>The types and messages that errors have. By default those of the API's specification.</summary>
    public ErrorNames ErrorNames { get; init; }

    /// <summary>Limits the length of a value that is written over HTTP, in bytes; from 1, by default 5 GiB.</summary>
    public long MaxRecordSize { get; init; } = 5L * 1024 * 1024 * 1024;

    /// <summary>
    /// Decides which callers <c>/_emulator</c> MUST serve; its health is open to all. This class can steer the server in any case.
    /// </summary>
    public EmulatorMode Emulator { get; init; } = EmulatorMode.On;

    /// <summary>
    /// The token that lets callers from elsewhere use <c>/_emulator</c> with <see cref="EmulatorMode.Loopback"/>: 8 or more visible ASCII
    /// characters, and no user's token. Null: none does.
    /// </summary>
    public string? EmulatorToken { get; init; }

    /// <summary>Takes the lines of its log, such as why it answered 500. They MUST NOT have a token or a signature in them.</summary>
    public Action<string>? Log { get; init; }
}
