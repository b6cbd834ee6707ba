using KvsRecords.Emulator;

namespace KvsRecords.Server.Responses;

/// <summary>The requests that came, the oldest first.</summary>
/// <param name="Count">How many are in the list.</param>
/// <param name="Dropped">How many older ones are not kept any more.</param>
/// <param name="Items">The requests.</param>
internal sealed record RequestListAnswer(int Count, long Dropped, IReadOnlyList<ReceivedRequest> Items);
