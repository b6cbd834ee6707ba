using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Members that add the key-value stores of the Apify API to an AppHost.</summary>
public static class KvsRecordsBuilderExtensions
{
    private const int ContainerPort = 8011;
    private const string DataTarget = "/data";
    private const string SeedTarget = "/seeds/";

    /// <summary>
    /// Adds a server. It keeps its stores in a temporary folder, unless <see cref="WithDataFolder"/> or <see cref="WithDataVolume"/> names
    /// another place, and is healthy when it can serve requests.
    /// </summary>
    /// <param name="builder">The AppHost.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="command">
    /// The program: a name on the <c>PATH</c>, where <c>dotnet tool install --global kvs-records</c> puts it, or a path, which may be
    /// relative to the folder of the AppHost.
    /// </param>
    /// <param name="port">The port of its address; null: any that is free.</param>
    public static IResourceBuilder<KvsRecordsResource> AddKvsRecords(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string command = "kvs-records", int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(command);

        var isPath = Path.GetFileName(command) != command;
        var program = isPath ? Path.GetFullPath(command, builder.AppHostDirectory) : command;
        var resource = new KvsRecordsResource(name, program, builder.AppHostDirectory);

        return builder.AddResource(resource)
            .WithHttpEndpoint(port, name: KvsRecordsResource.EndpointName, env: "KVSRECORDS_PORT")
            .WithEnvironment("APIFY_TOKEN", resource.Token)
            .WithArgs(context =>
            {
                foreach (var argument in ArgumentsOf(resource))
                    context.Args.Add(argument);
            })
            .WithHttpHealthCheck("/_emulator/health")
            .ExcludeFromManifest();
    }

    /// <summary>Runs the server in a container, and not as a program.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="configure">Sets more of the container, such as a volume or another image; null: nothing.</param>
    /// <param name="image">The name of the image. None is published: <c>docker build -t kvs-records .</c> makes it.</param>
    /// <param name="tag">The tag of the image.</param>
    public static IResourceBuilder<KvsRecordsResource> RunAsContainer(
        this IResourceBuilder<KvsRecordsResource> builder,
        Action<IResourceBuilder<KvsRecordsContainerResource>>? configure = null,
        string image = "kvs-records",
        string tag = "latest")
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.ApplicationBuilder.Resources.Remove(builder.Resource);
        var container = builder.ApplicationBuilder.AddResource(new KvsRecordsContainerResource(builder.Resource))
            .WithImage(image, tag)
            .WithEndpoint(KvsRecordsResource.EndpointName, endpoint => endpoint.TargetPort = ContainerPort);
        configure?.Invoke(container);
        return builder;
    }

    /// <summary>Loads a crawler's storage folder, or the store <c>NAME</c> of <c>NAME.zip</c>, where its stores do not exist yet.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="path">The folder or the archive; it may be relative to the folder of the AppHost.</param>
    public static IResourceBuilder<KvsRecordsResource> WithSeed(this IResourceBuilder<KvsRecordsResource> builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);

        var source = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, builder.ApplicationBuilder.AppHostDirectory));
        var target = $"{SeedTarget}{Mounts(builder.Resource).Count()}/{Path.GetFileName(source)}";
        return builder.WithAnnotation(new ContainerMountAnnotation(source, target, ContainerMountType.BindMount, isReadOnly: true));
    }

    /// <summary>Keeps the stores in a folder, also from one run to the next.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="path">The folder; it may be relative to that of the AppHost. A container's user must be allowed to write to it.</param>
    public static IResourceBuilder<KvsRecordsResource> WithDataFolder(this IResourceBuilder<KvsRecordsResource> builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);

        var source = Path.GetFullPath(path, builder.ApplicationBuilder.AppHostDirectory);
        return builder.WithAnnotation(new ContainerMountAnnotation(source, DataTarget, ContainerMountType.BindMount, isReadOnly: false));
    }

    /// <summary>Keeps the stores in a volume of the container engine, also from one run to the next.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="name">The name of the volume; null: one made of the names of the AppHost and the resource.</param>
    public static IResourceBuilder<KvsRecordsContainerResource> WithDataVolume(
        this IResourceBuilder<KvsRecordsContainerResource> builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataTarget);
    }

    /// <summary>
    /// Gives a project, a program or a container the variables that point the Apify SDK, the API's clients and <c>apify-cli</c> at the
    /// server: <c>APIFY_API_BASE_URL</c>, <c>APIFY_API_PUBLIC_BASE_URL</c>, <c>APIFY_CLIENT_BASE_URL</c> and <c>APIFY_TOKEN</c>. What is
    /// published or deployed does not have them: the server is for development.
    /// </summary>
    /// <param name="builder">The user of the server.</param>
    /// <param name="source">The server.</param>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<KvsRecordsResource> source)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);

        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return builder;

        var address = source.Resource.HttpEndpoint;
        return builder
            .WithReferenceRelationship(source.Resource)
            .WithEnvironment("APIFY_API_BASE_URL", address)
            .WithEnvironment("APIFY_API_PUBLIC_BASE_URL", address)
            .WithEnvironment("APIFY_CLIENT_BASE_URL", address)
            .WithEnvironment("APIFY_TOKEN", source.Resource.Token);
    }

    // The mounts say what there is in both cases: a container sees their targets, the program their sources.
    private static IEnumerable<string> ArgumentsOf(KvsRecordsResource resource)
    {
        string PathOf(ContainerMountAnnotation mount) => resource.IsContainer() ? mount.Target : mount.Source!;

        var data = Mounts(resource).LastOrDefault(mount => mount.Target == DataTarget);
        var seeds = Mounts(resource).Where(mount => mount.Target.StartsWith(SeedTarget, StringComparison.Ordinal));
        string[] storage = data is null ? ["--ephemeral"] : ["--data", PathOf(data)];
        return [.. storage, .. seeds.SelectMany(seed => (string[])["--seed", PathOf(seed)])];
    }

    private static IEnumerable<ContainerMountAnnotation> Mounts(KvsRecordsResource resource) =>
        resource.Annotations.OfType<ContainerMountAnnotation>();
}
