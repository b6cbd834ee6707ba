using System.Security.Cryptography;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;

namespace KvsRecords.Testcontainers;

/// <summary>
/// A builder of containers with the key-value stores of the Apify API. Each keeps its stores in a temporary folder and has an emulator
/// token of its own.
/// </summary>
public sealed class KvsRecordsBuilder : ContainerBuilder<KvsRecordsBuilder, KvsRecordsContainer, KvsRecordsConfiguration>
{
    /// <summary>Names the image that <c>docker build -t kvs-records .</c> makes. None is published.</summary>
    public const string DefaultImage = "kvs-records:latest";

    /// <summary>Gives the port that the server listens on inside the container.</summary>
    public const ushort Port = 8011;

    internal const string TokenVariable = "APIFY_TOKEN";
    internal const string EmulatorTokenVariable = "KVSRECORDS_EMULATOR_TOKEN";

    /// <summary>Begins with a container of an image.</summary>
    /// <param name="image">The name of the image.</param>
    public KvsRecordsBuilder(string image = DefaultImage)
        : this(new KvsRecordsConfiguration()) =>
        DockerResourceConfiguration = Init().WithImage(image).DockerResourceConfiguration;

    private KvsRecordsBuilder(KvsRecordsConfiguration configuration)
        : base(configuration) => DockerResourceConfiguration = configuration;

    /// <inheritdoc/>
    protected override KvsRecordsConfiguration DockerResourceConfiguration { get; }

    /// <summary>
    /// Copies a crawler's storage folder, or the archive <c>NAME.zip</c> with the records of the store <c>NAME</c>, into the container.
    /// Its stores are there at the start and after each reset.
    /// </summary>
    /// <param name="path">The folder or the archive.</param>
    public KvsRecordsBuilder WithSeed(string path)
    {
        var source = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var folder = $"/seeds/{DockerResourceConfiguration.ResourceMappings.Count()}";
        return Directory.Exists(source)
            ? WithResourceMapping(DirectoryPath.Of(source), DirectoryPath.Of(folder)).WithCommand("--seed", folder)
            : WithResourceMapping(FilePath.Of(source), DirectoryPath.Of(folder))
                .WithCommand("--seed", $"{folder}/{Path.GetFileName(source)}");
    }

    /// <inheritdoc/>
    public override KvsRecordsContainer Build()
    {
        Validate();
        var isSet = DockerResourceConfiguration.Environments.ContainsKey(EmulatorTokenVariable);
        var builder = isSet ? this : WithEnvironment(EmulatorTokenVariable, RandomNumberGenerator.GetHexString(32));
        return new KvsRecordsContainer(builder.DockerResourceConfiguration);
    }

    /// <inheritdoc/>
    protected override KvsRecordsBuilder Init() => base.Init()
        .WithPortBinding(Port, assignRandomHostPort: true)
        .WithEnvironment(TokenVariable, "apify_api_dev")
        .WithCommand("--ephemeral")
        .WithWaitStrategy(Wait.ForUnixContainer()
            .UntilHttpRequestIsSucceeded(request => request.ForPath("/_emulator/health").ForPort(Port)));

    /// <inheritdoc/>
    protected override KvsRecordsBuilder Clone(IResourceConfiguration<CreateContainerParameters> resourceConfiguration) =>
        Merge(DockerResourceConfiguration, new KvsRecordsConfiguration(resourceConfiguration));

    /// <inheritdoc/>
    protected override KvsRecordsBuilder Clone(IContainerConfiguration resourceConfiguration) =>
        Merge(DockerResourceConfiguration, new KvsRecordsConfiguration(resourceConfiguration));

    /// <inheritdoc/>
    protected override KvsRecordsBuilder Merge(KvsRecordsConfiguration oldValue, KvsRecordsConfiguration newValue) =>
        new(new KvsRecordsConfiguration(oldValue, newValue));
}
