namespace KvsRecords.Server.Storage;

/// <summary>State that is set or noted while the server runs. A reset calls each service that is registered as one.</summary>
internal interface IResettable
{
    /// <summary>MUST make it as it was when the server had just started. MUST NOT fail.</summary>
    void Reset();
}
