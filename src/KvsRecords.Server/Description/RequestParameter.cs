namespace KvsRecords.Server.Description;

/// <summary>
/// A parameter that an operation looks at, as metadata of its endpoint. The framework does not know of it by itself, since the raw query
/// and the headers are read.
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="Text">What it does.</param>
/// <param name="Example">A value.</param>
internal sealed record RequestParameter(string Name, string Text, string Example)
{
    /// <summary>Whether it is a header and not a parameter of the query.</summary>
    public bool IsHeader { get; init; }

    /// <summary>Whether it is a whole number, 0 or more.</summary>
    public bool IsNumber { get; init; }

    /// <summary>What it is called in the document where others have its name, too.</summary>
    public string Id { get; init; } = Name;

    /// <summary>The only values that there are; empty: any.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];
}
