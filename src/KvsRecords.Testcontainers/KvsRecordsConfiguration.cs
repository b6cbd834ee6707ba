using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;

namespace KvsRecords.Testcontainers;

/// <inheritdoc cref="ContainerConfiguration"/>
public sealed class KvsRecordsConfiguration : ContainerConfiguration
{
    internal KvsRecordsConfiguration()
    {
    }

    internal KvsRecordsConfiguration(IResourceConfiguration<CreateContainerParameters> configuration)
        : base(configuration)
    {
    }

    internal KvsRecordsConfiguration(IContainerConfiguration configuration)
        : base(configuration)
    {
    }

    internal KvsRecordsConfiguration(KvsRecordsConfiguration oldValue, KvsRecordsConfiguration newValue)
        : base(oldValue, newValue)
    {
    }

    /// <summary>Gets the token of the server's user <c>dev</c>.</summary>
    public string Token => Environments[KvsRecordsBuilder.TokenVariable];

    /// <summary>Gets the token that lets a caller from outside of the container use <c>/_emulator</c>.</summary>
    public string EmulatorToken => Environments[KvsRecordsBuilder.EmulatorTokenVariable];
}
