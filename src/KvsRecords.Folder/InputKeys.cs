namespace KvsRecords.Folder;

/// <summary>
/// The keys of a crawler's input, which people and programs write without a sidecar. Sources: the Apify SDKs and the Apify CLI, which
/// look for a file of the key's name, with <c>.json</c>, <c>.txt</c> or <c>.bin</c>, or without.
/// </summary>
internal sealed class InputKeys
{
    private static readonly string[] Endings = ["", ".json", ".txt", ".bin"];

    private readonly HashSet<string> _keys = ["INPUT", "__CLI_INPUT"];

    private readonly Dictionary<string, string> _keysByFile = new(StringComparer.Ordinal);

    /// <param name="another">One more key, or null.</param>
    public InputKeys(string? another)
    {
        if (another is not null)
            _keys.Add(another);
        foreach (var key in _keys)
        {
            foreach (var ending in Endings)
            {
                _keysByFile[key + ending] = key;
                _keysByFile[Uri.EscapeDataString(key) + ending] = key;
            }
        }
    }

    public bool Contains(string? key) => key is not null && _keys.Contains(key);

    /// <summary>The key of the input that a file of this name holds; null: it is none.</summary>
    public string? OfFile(string name) => _keysByFile.GetValueOrDefault(name);
}
