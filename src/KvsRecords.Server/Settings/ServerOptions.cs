using System.Net;
using KvsRecords.Access;
using KvsRecords.Stores;
using Serilog.Events;

namespace KvsRecords.Server.Settings;

/// <summary>The settings, checked. What is in here can be relied on.</summary>
internal sealed record ServerOptions
{
    public required StorageChoice Storage { get; init; }

    /// <summary>Folders and archives to load stores from; none where nothing can be written.</summary>
    public required IReadOnlyList<string> Seeds { get; init; }

    /// <summary>The key of a crawler's input beside the usual ones, or null.</summary>
    public required string? InputKey { get; init; }

    /// <summary>How long the value of a record that is written may be, in bytes, after decoding.</summary>
    public required long MaxRecordSize { get; init; }

    /// <summary>How many values and names a record may have that is held against a schema.</summary>
    public required int MaxSchemaTokens { get; init; }

    /// <summary>How many archives may be downloaded at once.</summary>
    public required int MaxDownloads { get; init; }

    /// <summary>How long a store without a name is kept that nobody uses; null: for ever.</summary>
    public required TimeSpan? UnnamedExpireAfter { get; init; }

    /// <summary>Whether a reset may delete stores that are kept for good.</summary>
    public required bool AllowReset { get; init; }

    /// <summary>The addresses to listen on. More than one: the second only where the machine has it.</summary>
    public required IReadOnlyList<IPAddress> Addresses { get; init; }

    public required int Port { get; init; }

    public required EmulatorMode Emulator { get; init; }

    /// <summary>The token that lets callers from elsewhere steer the server; null: none does.</summary>
    public required string? EmulatorToken { get; init; }

    public required RateLimit RateLimit { get; init; }

    public required ErrorNames ErrorNames { get; init; }

    public required IReadOnlyList<string> AllowedHosts { get; init; }

    /// <summary>The origins that may call; null: loopback ones.</summary>
    public required IReadOnlyList<string>? AllowedOrigins { get; init; }

    /// <summary>The address by which clients come, perhaps with a path; null: the one that each of them used.</summary>
    public required Uri? PublicUrl { get; init; }

    /// <summary>The same as the beginning of a URL, without a slash at its end.</summary>
    public string? PublicBaseUrl => PublicUrl?.AbsoluteUri.TrimEnd('/');

    public required LogEventLevel LogLevel { get; init; }

    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>Whether to stop when the process that started this one has ended.</summary>
    public required bool ExitsWithParent { get; init; }

    public required UserDirectory Users { get; init; }

    public required DeclaredStores Stores { get; init; }

    /// <summary>The runs that the configuration declares.</summary>
    public required IReadOnlyList<Run> Runs { get; init; }

    /// <summary>The user whose token is well known and may be shown; null where tokens are somebody's secret.</summary>
    public required User? DevelopmentUser { get; init; }

    /// <summary>What the log should say of the settings at the start.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
