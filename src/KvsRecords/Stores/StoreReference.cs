namespace KvsRecords.Stores;

/// <summary>
/// The <c>storeId</c> of a URL: "Key-value store ID or <c>username~store-name</c>" (the specification).
/// The separator is <c>~</c>, or a slash that arrives as <c>%2F</c>.
/// </summary>
public abstract record StoreReference
{
    private StoreReference()
    {
    }

    /// <summary>
    /// MUST read a decoded path segment: with a slash in it, that separates owner and name; otherwise <c>~</c> does;
    /// with neither it is an id, and never a name. What follows a second separator is dropped, as the service does.
    /// </summary>
    public static StoreReference Parse(string segment)
    {
        var parts = segment.Contains('/') ? segment.Split('/') : segment.Split('~');
        if (parts.Length == 1)
            return new ById(segment);

        if (parts[1].Length == 0)
            return new WithoutName();

        return new ByName(parts[0].Length == 0 ? null : parts[0], parts[1]);
    }

    /// <summary>A store by its id.</summary>
    /// <param name="Id">Any text without a separator; one that is no id is simply not found.</param>
    public sealed record ById(string Id) : StoreReference;

    /// <summary>A store by its owner and its name.</summary>
    /// <param name="Owner">A username or a user's id; null means the caller.</param>
    /// <param name="Name">Not empty.</param>
    public sealed record ByName(string? Owner, string Name) : StoreReference;

    /// <summary>An owner with an empty name (<c>user~</c>, <c>~</c>): a mistake of the caller's.</summary>
    public sealed record WithoutName : StoreReference;
}
