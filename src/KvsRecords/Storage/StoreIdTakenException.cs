namespace KvsRecords.Storage;

/// <summary>A store cannot have this id, since another one has.</summary>
/// <param name="id">The id.</param>
public sealed class StoreIdTakenException(string id) : Exception($"Another store has the id '{id}'.")
{
    /// <summary>The id.</summary>
    public string Id => id;
}
