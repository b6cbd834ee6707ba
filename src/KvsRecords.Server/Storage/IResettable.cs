namespace KvsRecords.Server.Storage;

/// <summary>What can be set, or is noted, while the server runs. A reset calls each of them that is registered as a service.</summary>
internal interface IResettable
{
    /// <summary>MUST make it as it was when the server had just started. MUST NOT fail.</summary>
    void Reset();
}
