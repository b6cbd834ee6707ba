
namespace KvsRecords.Server.Responses;

/// <summary>
/// A page of a store's keys, and where the next one begins. At the end that MUST be there and null: a client that does not find it begins
/// again from the first key.
/// </summary>
internal sealed record KeyListAnswer(
    IReadOnlyList<KeyAnswer> Items, int Count, int Limit, string? ExclusiveStartKey, bool IsTruncated, string? NextExclusiveStartKey);

/// <summary>A key, with the length of its record in bytes and the URL at which others reach it.</summary>
internal sealed record KeyAnswer(string Key, long Size, string RecordPublicUrl);
