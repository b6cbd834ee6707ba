namespace KvsRecords.Server.Description;

/// <summary>What the framework's own metadata does not say of an answer, as metadata of its endpoint.</summary>
/// <param name="Status">Which answer it is.</param>
/// <param name="IsData">Whether its body is <c>{"data":…}</c>.</param>
/// <param name="Headers">The headers that it may have beside those of every answer.</param>
internal sealed record AnswerDescription(int Status, bool IsData, IReadOnlyList<string> Headers);
