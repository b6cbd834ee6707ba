namespace KvsRecords.Storage;

/// <summary>A store cannot be called so, since another one of its owner is.</summary>
/// <param name="name">The name.</param>
public sealed class StoreNameTakenException(string name) : Exception($"Another store is called '{name}'.")
{
    /// <summary>The name.</summary>
    public string Name => name;
}
