using System.Text.Json;

namespace KvsRecords.Server.Description;

/// <summary>What makes a store.</summary>
/// <param name="Schema">Its collections.</param>
internal sealed record StoreCreation(JsonElement? Schema = null);

/// <summary>What changes a store. What is not given stays; null takes name and title away.</summary>
internal sealed record StoreUpdate(string? Name = null, string? Title = null, string? GeneralAccess = null);

/// <summary>What is said of a run. Without a store it gets a new one without a name.</summary>
internal sealed record RunDeclaration(
    string? DefaultKeyValueStoreId = null,
    string? ActorId = null,
    string? ActorTaskId = null,
    string? Status = null,
    string? Origin = null,
    DateTimeOffset? StartedAt = null);

/// <summary>What the server is to take for the present: one of the two.</summary>
internal sealed record ClockChange(DateTimeOffset? Instant = null, double? OffsetSecs = null);

/// <summary>What was written is there, and there is nothing to say of it.</summary>
internal sealed record NothingToSay;
