using KvsRecords.Server;

// Before the first one is used. Patterns come from schemas, and some take for ever for some texts; who writes a schema sets no limit.
AppDomain.CurrentDomain.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", TimeSpan.FromSeconds(1));

return await CommandLine.RunAsync(args);

/// <summary>The entry point; public for <c>WebApplicationFactory&lt;Program&gt;</c>.</summary>
public partial class Program;
