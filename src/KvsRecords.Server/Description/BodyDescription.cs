namespace KvsRecords.Server.Description;

/// <summary>
/// The body that an operation reads, as metadata of its endpoint. The framework's own would also refuse every other content type, which
/// the service does not.
/// </summary>
/// <param name="Type">Its shape; null: any bytes.</param>
/// <param name="Text">What it is.</param>
/// <param name="IsRequired">Whether it must be there.</param>
internal sealed record BodyDescription(Type? Type, string Text, bool IsRequired);
