using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>
/// Finds the records among the files of a store. A sidecar is the truth about its record: key, content type and file; a file's name is
/// only a guess where there is none. Sources: Crawlee for JavaScript 3 and 4 and for Python 0 and 1, crawlee-storage, the Apify SDK for
/// Python, the Apify CLI, @apify/storage-local.
/// </summary>
internal sealed class RecordFinder(StoreFiles files, FolderNames names, IReadOnlyList<Sidecar> sidecars, InputKeys inputs, IFolderEvents events)
{
    /// <summary>
    /// Stands in .NET's file names for bytes that are no UTF-8. Such a file cannot be opened by the name that it was listed under.
    /// </summary>
    public const char Undecodable = '\uFFFD';

    /// <summary>Gives the reason for leaving out a file or folder with such a name.</summary>
    public const string NoUtf8 = "has a name that is no UTF-8";

    private readonly List<RecordFile> _found = new(names.Values.Count);
    private readonly HashSet<string> _values = sidecars.Count == 0 ? [] : [.. names.Values, .. names.Temporary];
    private readonly HashSet<string> _described = [];

    // Only Crawlee JS v3 says the extension, and only on request: its records need no sidecar.
    private readonly bool _hasExtensions = sidecars.Any(sidecar => sidecar.Content?.Extension is not null);

    // The input's sidecar says nothing about the other records: the Apify CLI writes one into a store of any crawler.
    private readonly bool _hasOthers = sidecars.Any(sidecar => sidecar.Content is { Extension: null } content && !inputs.Contains(content.Key));

    // 'a.json' is the file of the key 'a', if that is JSON.
    private readonly Lazy<HashSet<string>> _ofShorterKeys = new(() =>
        [.. sidecars.Where(sidecar => sidecar.Content?.Extension is not null).Select(sidecar => $"{sidecar.Name}.{sidecar.Content!.Extension}")]);

    private bool NeedsSidecars => _hasOthers && !_hasExtensions;

    /// <returns>The records, in no order; of each key there may be several.</returns>
    public List<RecordFile> Find()
    {
        var done = DescribeSidecars();
        foreach (var sidecar in sidecars)
        {
            if (done.Count == 0 || !done.Contains(sidecar.Name))
                Describe(sidecar);
        }

        foreach (var name in names.Values.Where(name => !_described.Contains(name)))
        {
            if (inputs.OfFile(name) is { } input)
                Add(input, name, sidecar: null);
            else if (!NeedsSidecars)
                Add(WithoutExtension(name), name, sidecar: null);
            else if (IsDecodable(name))
                names.NoRecords.Add(NoRecordReason.ValueWithoutSidecar, name);
        }

        foreach (var name in names.Temporary.Where(name => !_described.Contains(name)))
            names.NoRecords.Add(NoRecordReason.Temporary, name);
        return _found;
    }

    // A key may end like a sidecar. The longest name first: a file that a sidecar describes is a value, whatever its name.
    private HashSet<string> DescribeSidecars()
    {
        var done = new HashSet<string>();
        var all = sidecars.Where(sidecar => sidecar.Name.EndsWith(FolderNames.SidecarEnding, StringComparison.Ordinal)).ToList();
        if (all.Count == 0)
            return done;

        var names = sidecars.Select(sidecar => sidecar.Name).ToHashSet();
        foreach (var sidecar in all.OrderByDescending(sidecar => sidecar.Name.Length))
        {
            var described = sidecar.Name[..^FolderNames.SidecarEnding.Length];
            if (done.Contains(sidecar.Name) || sidecar.Content is not { Extension: null, ValueFile: null } || !names.Contains(described))
                continue;

            _values.Add(sidecar.Name);
            Describe(sidecar);
            done.Add(sidecar.Name);
            done.Add(described);
        }

        return done;
    }

    private void Describe(Sidecar sidecar)
    {
        switch (sidecar.Content)
        {
            case null:
                names.NoRecords.Add(sidecar.Problem!.Value, sidecar.FileName);
                if (sidecar.Problem == NoRecordReason.DamagedSidecar && _values.Contains(sidecar.Name))
                    Claim(sidecar.Name, sidecar);
                break;
            case { ValueFile: { } file } when !IsPlain(file):
                names.NoRecords.Add(NoRecordReason.SidecarRefused, sidecar.FileName);
                events.LeftOut(files.PathOf(sidecar.FileName), $"names a file that is no plain name in its folder: '{file}'");
                break;
            default:
                var values = ValuesOf(sidecar.Name, sidecar.Content).Where(_values.Contains).ToList();
                values.ForEach(name => Claim(name, sidecar));
                if (values.Count == 0)
                    names.NoRecords.Add(NoRecordReason.SidecarWithoutValue, sidecar.FileName);
                break;
        }
    }

    // Crawlee JS v3 adds the extension, and later versions not where the key ends so already. A store may have both from before and after.
    private IEnumerable<string> ValuesOf(string name, SidecarContent content)
    {
        if (content.Extension is null)
            return [content.ValueFile ?? name];

        var longer = $"{name}.{content.Extension}";
        return !_values.Contains(longer) ? [name] : _values.Contains(name) && EndsLike(name, content) && !_ofShorterKeys.Value.Contains(name) ? [longer, name] : [longer];
    }

    private static bool EndsLike(string name, SidecarContent content) =>
        content.ContentType is { } type && ContentTypes.OfFile("." + name)?.StartsWith(type, StringComparison.Ordinal) == true;

    private void Claim(string name, Sidecar sidecar)
    {
        _described.Add(name);
        Add(sidecar.Content?.Key ?? Guess(sidecar), name, sidecar);
    }

    private string Guess(Sidecar sidecar) =>
        !(_hasExtensions || sidecar.Content?.Extension is not null) && PercentEncoding.TryDecode(sidecar.Name, out var key) ? key : sidecar.Name;

    private void Add(string text, string fileName, Sidecar? sidecar)
    {
        var key = new RecordKey(text == fileName ? fileName : text);
        if (!IsDecodable(fileName))
            return;

        if (key.WhyUnsafeToUnpack() is { } reason)
        {
            names.NoRecords.Add(NoRecordReason.UnsafeKey, fileName);
            events.LeftOut(files.PathOf(fileName), $"would not be safe to unpack: its key {reason}");
        }
        else
        {
            _found.Add(new RecordFile(key, fileName, sidecar));
        }
    }

    private bool IsDecodable(string fileName)
    {
        var path = files.PathOf(fileName);
        if (!fileName.Contains(Undecodable) || File.Exists(path))
            return true;

        names.NoRecords.Add(NoRecordReason.UndecodableName, fileName);
        events.LeftOut(path, NoUtf8);
        return false;
    }

    // As Windows takes it, too.
    private static bool IsPlain(string name) => name.AsSpan().IndexOfAny('/', '\\', '\0') < 0 && FolderNames.CanBeAValue(name);

    // As Crawlee JS v3 itself does it: the last dot counts, unless it is the first character.
    private static string WithoutExtension(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot > 0 ? name[..dot] : name;
    }
}
