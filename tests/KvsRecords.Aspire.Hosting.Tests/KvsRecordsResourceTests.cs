using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging.Abstractions;

namespace KvsRecords.Aspire.Hosting.Tests;

/// <summary>Tests of the model of an AppHost that is not started; <c>.ci/aspire</c> starts one.</summary>
public sealed class KvsRecordsResourceTests
{
    private static readonly string Folder = Path.GetTempPath();

    [Fact]
    public void The_program_is_the_one_on_the_path_unless_a_path_is_given()
    {
        var builder = CreateBuilder();

        Assert.Equal("kvs-records", builder.AddKvsRecords("kvs").Resource.Command);
        Assert.Equal(Path.Join(Folder, "bin", "kvs"), builder.AddKvsRecords("other", Path.Join(".", "bin", "kvs")).Resource.Command);
    }

    [Fact]
    public async Task The_program_keeps_nothing_unless_a_folder_is_given()
    {
        var builder = CreateBuilder();

        var kvs = builder.AddKvsRecords("kvs");
        var keeping = builder.AddKvsRecords("keeping").WithDataFolder("kept");

        Assert.Equal(["--ephemeral"], await ArgumentsOf(kvs.Resource));
        Assert.Equal(["--data", Path.Join(Folder, "kept")], await ArgumentsOf(keeping.Resource));
    }

    [Fact]
    public async Task The_program_loads_each_seed_from_its_path()
    {
        var kvs = CreateBuilder().AddKvsRecords("kvs").WithSeed("storage/").WithSeed("shop.zip");

        Assert.Equal(
            ["--ephemeral", "--seed", Path.Join(Folder, "storage"), "--seed", Path.Join(Folder, "shop.zip")],
            await ArgumentsOf(kvs.Resource));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_container_has_the_same_seeds_as_mounts_in_any_order_of_calls(bool seedsFirst)
    {
        var builder = CreateBuilder();
        var kvs = builder.AddKvsRecords("kvs");
        if (seedsFirst)
            kvs.WithSeed("storage").WithSeed("shop.zip").RunAsContainer();
        else
            kvs.RunAsContainer().WithSeed("storage").WithSeed("shop.zip");

        var container = Assert.IsType<KvsRecordsContainerResource>(Assert.Single(builder.Resources));
        var mounts = container.Annotations.OfType<ContainerMountAnnotation>().ToList();

        Assert.Equal(["--ephemeral", "--seed", "/seeds/0/storage", "--seed", "/seeds/1/shop.zip"], await ArgumentsOf(container));
        Assert.Equal([Path.Join(Folder, "storage"), Path.Join(Folder, "shop.zip")], mounts.Select(mount => mount.Source));
        Assert.All(mounts, mount => Assert.True(mount.IsReadOnly));
    }

    [Fact]
    public async Task A_container_keeps_stores_in_its_volume_or_a_folder()
    {
        var builder = CreateBuilder();
        builder.AddKvsRecords("in-volume").RunAsContainer(container => container.WithDataVolume("stores"));
        builder.AddKvsRecords("in-folder").WithDataFolder("kept").RunAsContainer();

        var sources = new List<string?>();
        foreach (var container in builder.Resources.Cast<KvsRecordsContainerResource>())
        {
            var mount = Assert.Single(container.Annotations.OfType<ContainerMountAnnotation>());
            Assert.Equal("/data", mount.Target);
            Assert.Equal(["--data", "/data"], await ArgumentsOf(container));
            sources.Add(mount.Source);
        }

        Assert.Equal(["stores", Path.Join(Folder, "kept")], sources);
    }

    [Fact]
    public void A_container_is_of_the_image_that_is_built_here_or_of_another()
    {
        var builder = CreateBuilder();
        builder.AddKvsRecords("kvs").RunAsContainer();
        builder.AddKvsRecords("other").RunAsContainer(image: "registry.example.com/kvs", tag: "1");

        var images = builder.Resources.Select(resource => Assert.Single(resource.Annotations.OfType<ContainerImageAnnotation>()));
        Assert.Equal([("kvs-records", "latest"), ("registry.example.com/kvs", "1")], images.Select(image => (image.Image, image.Tag)));
        Assert.All(builder.Resources, resource => Assert.Equal(8011, EndpointOf(resource).TargetPort));
    }

    [Fact]
    public async Task A_reference_gives_the_variables_that_the_server_prints()
    {
        var builder = CreateBuilder();
        var kvs = builder.AddKvsRecords("kvs");
        var user = builder.AddExecutable("user", "user", ".").WithReference(kvs);
        var endpoint = EndpointOf(kvs.Resource);
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", 4321);

        var variables = await VariablesOf(user.Resource, DistributedApplicationOperation.Run);

        Assert.Equal(
            "APIFY_API_BASE_URL=http://localhost:4321 APIFY_API_PUBLIC_BASE_URL=http://localhost:4321 "
            + "APIFY_CLIENT_BASE_URL=http://localhost:4321 APIFY_TOKEN=apify_api_dev",
            variables);
        Assert.Contains("APIFY_TOKEN=apify_api_dev", await VariablesOf(kvs.Resource, DistributedApplicationOperation.Run));
    }

    [Fact]
    public async Task What_is_published_has_no_server_and_no_variables()
    {
        var builder = CreateBuilder("--operation", "publish");
        var kvs = builder.AddKvsRecords("kvs");
        var user = builder.AddExecutable("user", "user", ".").WithReference(kvs);

        Assert.Equal("", await VariablesOf(user.Resource, DistributedApplicationOperation.Publish));
        Assert.True(kvs.Resource.IsExcludedFromPublish());
    }

    [Fact]
    public void The_server_is_waited_for_by_its_health()
    {
        var annotations = CreateBuilder().AddKvsRecords("kvs").Resource.Annotations;

        Assert.Contains("/_emulator/health", Assert.Single(annotations.OfType<HealthCheckAnnotation>()).Key, StringComparison.Ordinal);
    }

    private static IDistributedApplicationBuilder CreateBuilder(params string[] arguments) =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = arguments, ProjectDirectory = Folder });

    private static EndpointAnnotation EndpointOf(IResource resource) => resource.Annotations.OfType<EndpointAnnotation>().Single();

    private static async Task<string[]> ArgumentsOf(IResource resource)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(resource).WithArgumentsConfig()
            .BuildAsync(Execution(DistributedApplicationOperation.Run), NullLogger.Instance, TestContext.Current.CancellationToken);
        return [.. configuration.Arguments.Select(argument => argument.Value)];
    }

    private static async Task<string> VariablesOf(IResource resource, DistributedApplicationOperation operation)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(resource).WithEnvironmentVariablesConfig()
            .BuildAsync(Execution(operation), NullLogger.Instance, TestContext.Current.CancellationToken);
        return string.Join(' ', configuration.EnvironmentVariables.Select(variable => $"{variable.Key}={variable.Value}"));
    }

    private static DistributedApplicationExecutionContext Execution(DistributedApplicationOperation operation) => new(operation);
}
