namespace KvsRecords.Server.Schemas;

/// <summary>A value that may be written.</summary>
/// <param name="Bytes">Its bytes, to be read once.</param>
/// <param name="Spooled">The value that holds them; null: they come from the client as they are read.</param>
internal readonly record struct CheckedValue(Stream Bytes, SpooledValue? Spooled) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Spooled?.DisposeAsync() ?? ValueTask.CompletedTask;
}
