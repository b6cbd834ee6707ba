using KvsRecords.Server.Errors;

namespace KvsRecords.Server.Description;

/// <summary>An error that an operation may answer with, as metadata of its endpoint.</summary>
/// <param name="Name">What the catalogue calls it.</param>
/// <param name="Error">The error itself, or one like it.</param>
internal sealed record Refusal(string Name, ApiError Error);
