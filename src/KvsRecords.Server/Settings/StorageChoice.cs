namespace KvsRecords.Server.Settings;

/// <summary>Where the stores are that are served.</summary>
internal abstract record StorageChoice
{
    private StorageChoice()
    {
    }

    /// <summary>A crawler's folder, served as it is at the moment of a request, and never written to. It was readable at the start.</summary>
    public sealed record LiveFolder(string Folder) : StorageChoice;

    /// <summary>Stores of our own in this folder, which need not be there yet.</summary>
    public sealed record Data(string Folder) : StorageChoice;

    /// <summary>Stores of our own in a temporary folder that goes when the program ends.</summary>
    public sealed record Ephemeral : StorageChoice;
}
