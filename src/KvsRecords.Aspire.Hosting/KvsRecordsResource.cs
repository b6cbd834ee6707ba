namespace Aspire.Hosting.ApplicationModel;

/// <summary>A server of an AppHost: the program <c>kvs-records</c>.</summary>
/// <param name="name">The name of the resource.</param>
/// <param name="command">The path of the program, or its name on the <c>PATH</c>.</param>
/// <param name="workingDirectory">The folder that it is started in.</param>
public sealed class KvsRecordsResource(string name, string command, string workingDirectory)
    : ExecutableResource(name, command, workingDirectory)
{
    internal const string EndpointName = "http";

    /// <summary>Gets the address of the server: what the official clients call the base URL.</summary>
    public EndpointReference HttpEndpoint => new(this, EndpointName);

    /// <summary>Gets the token of the server's user <c>dev</c>.</summary>
    public string Token { get; } = "apify_api_dev";
}
