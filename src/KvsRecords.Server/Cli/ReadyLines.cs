using System.Globalization;
using System.Net;
using KvsRecords.Emulator;
using KvsRecords.Folder;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Cli;

/// <summary>
/// The lines that are printed once the server answers: its address, the callers who may steer it, and commands to paste into a shell: variables
/// that point the official tools here, and a download command for the first stores.
/// </summary>
internal static class ReadyLines
{
    private const int MaxStores = 5;

    public static async Task SayAsync(ServerOptions options, IReadOnlyList<IPEndPoint> endpoints, IServiceProvider services)
    {
        var stores = await services.GetRequiredService<IStoreReader>().ListAsync(CancellationToken.None);
        var address = AddressToOpen(endpoints[0]);
        var baseUrl = options.PublicBaseUrl ?? address;
        Terminal.Say($"KvsRecords listening on {address}");
        Terminal.Say(WhatIsServed(options.Storage));
        Terminal.Say(Variables(baseUrl, options.DevelopmentUser));
        Terminal.Say(WhoSteers(options));
        if (options.HasPage)
            Terminal.Say($"In a browser: {PageLink(baseUrl, options.DevelopmentUser)}");
        foreach (var store in stores.Take(MaxStores))
            Terminal.Say(DownloadCommand(store, baseUrl, options.DevelopmentUser));

        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(LogEvents.Category);
        if (stores.Count == 0 && options.Storage is StorageChoice.LiveFolder live)
            logger.NoStores(live.Folder);
        else if (stores.Count == 0)
            Terminal.Say(FirstCommand(baseUrl, options.DevelopmentUser));
        foreach (var group in services.GetService<UnreadableFiles>()?.Find() ?? [])
            logger.FilesUnreadable(group, group.Example);
        foreach (var warning in options.Warnings)
            logger.OddSetting(warning);
        foreach (var declaration in options.Stores.NotAmong(stores))
            logger.DeclaredStoreNotThere(declaration);
    }

    private static string WhatIsServed(StorageChoice storage) => storage switch
    {
        StorageChoice.LiveFolder live => $"Serving the folder {live.Folder} as it is, read-only",
        StorageChoice.Data data => $"Keeping stores in {data.Folder}",
        StorageChoice.Database database => $"Keeping stores in the {database.Connection}",
        _ => "Keeping stores in a temporary folder, which is removed at the end",
    };

    private static string WhoSteers(ServerOptions options) => options switch
    {
        { Emulator: EmulatorMode.On } => "Emulator (/_emulator): on, for every caller",
        { Emulator: EmulatorMode.Off } => "Emulator (/_emulator): off",
        { EmulatorToken: null } => "Emulator (/_emulator): for callers on this machine",
        _ => "Emulator (/_emulator): for callers on this machine, and for those with the token of --emulator-token",
    };

    /// <summary>MUST point the Apify SDK and <c>apify-cli</c> here. MUST NOT show a secret token.</summary>
    internal static string Variables(string baseUrl, User? developmentUser) =>
        $"export APIFY_API_BASE_URL={Quoted(baseUrl)} APIFY_API_PUBLIC_BASE_URL={Quoted(baseUrl)} APIFY_CLIENT_BASE_URL={Quoted(baseUrl)}"
        + (developmentUser is null ? "" : $" APIFY_TOKEN={UsersReader.DevelopmentToken}");

    /// <summary>MUST open the page without a question where the token is well known. MUST NOT show a secret token.</summary>
    internal static string PageLink(string baseUrl, User? developmentUser) =>
        $"{baseUrl}{RouteNames.Page}/{(developmentUser is null ? "" : $"#token={UsersReader.DevelopmentToken}")}";

    /// <summary>MUST be one shell command that makes the first store. MUST NOT show a secret token.</summary>
    internal static string FirstCommand(string baseUrl, User? developmentUser) =>
        $"curl -fsS -X POST -H {Authorization(isDevelopment: developmentUser is not null)} {Quoted($"{baseUrl}/v2/key-value-stores?name=my-store")}";

    /// <summary>MUST be one shell command. MUST NOT show a secret token.</summary>
    internal static string DownloadCommand(Store store, string baseUrl, User? developmentUser)
    {
        // A name that is unusual in a URL or on a terminal is not shown; the id always works.
        var reference = store.Name is { } name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? $"{store.Owner.Username}~{name}"
            : store.Id;
        var url = $"{baseUrl}/v2/key-value-stores/{Uri.EscapeDataString(reference)}/records";
        return $"curl -fsS -H {Authorization(store.Owner == developmentUser)} -o {Quoted(Attachment.NameOf(store))} {Quoted(url)}";
    }

    private static string Authorization(bool isDevelopment) => isDevelopment
        ? $"'Authorization: Bearer {UsersReader.DevelopmentToken}'"
        : "\"Authorization: Bearer $APIFY_TOKEN\"";

    // A client cannot connect to "every address".
    internal static string AddressToOpen(IPEndPoint endpoint) =>
        endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any)
            ? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{endpoint.Port}")
            : $"http://{endpoint}";

    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
