using KvsRecords.Server.Cli;

return await CommandLine.RunAsync(args);

/// <summary>The entry point; public for <c>WebApplicationFactory&lt;Program&gt;</c>.</summary>
public partial class Program;
