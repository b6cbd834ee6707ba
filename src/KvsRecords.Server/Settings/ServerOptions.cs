using System.Net;
using KvsRecords.Access;
using KvsRecords.Stores;
using Serilog.Events;

namespace KvsRecords.Server.Settings;

/// <summary>The settings, checked. What is in here can be relied on.</summary>
internal sealed record ServerOptions
{
    /// <summary>The folder that is served; it was there and readable at the start.</summary>
    public required string Storage { get; init; }

    /// <summary>The addresses to listen on. More than one: the second only where the machine has it.</summary>
    public required IReadOnlyList<IPAddress> Addresses { get; init; }

    public required int Port { get; init; }

    public required RateLimit RateLimit { get; init; }

    public required IReadOnlyList<string> AllowedHosts { get; init; }

    /// <summary>The origins that may call; null: loopback ones.</summary>
    public required IReadOnlyList<string>? AllowedOrigins { get; init; }

    public required Uri? PublicUrl { get; init; }

    public required LogEventLevel LogLevel { get; init; }

    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>The longest record that may be written, in bytes, decoded.</summary>
    public long MaxRecordSize { get; init; } = 5L * 1024 * 1024 * 1024;

    public required UserDirectory Users { get; init; }

    public required DeclaredStores Stores { get; init; }

    /// <summary>The runs that the configuration declares.</summary>
    public IReadOnlyList<Run> Runs { get; init; } = [];

    /// <summary>The user whose token is well known and may be shown; null where tokens are somebody's secret.</summary>
    public required User? DevelopmentUser { get; init; }

    /// <summary>What the log should say of the settings at the start.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
