using System.Diagnostics;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Folder.Tests;

/// <summary>A crawler's storage folder in a temporary place, with something beside it. Disposing it removes both.</summary>
internal sealed class StorageFolder : IDisposable
{
    private readonly string _place;

    public StorageFolder()
        : this(System.IO.Path.GetTempPath())
    {
    }

    public StorageFolder(string parent)
    {
        _place = Directory.CreateDirectory(System.IO.Path.Join(parent, System.IO.Path.GetRandomFileName())).FullName;
        Path = System.IO.Path.Join(_place, "storage");
        Outside = Directory.CreateDirectory(System.IO.Path.Join(_place, "outside")).FullName;
        Stores = Directory.CreateDirectory(System.IO.Path.Join(Path, "key_value_stores")).FullName;
    }

    public static User Owner => StoreReaderContract.Owner;

    /// <summary>The folder that holds <see cref="Stores"/>.</summary>
    public string Path { get; }

    /// <summary>The folder that holds the stores.</summary>
    public string Stores { get; }

    /// <summary>A folder beside the storage, of which nothing may ever be read.</summary>
    public string Outside { get; }

    public RecordedEvents Events { get; } = new();

    public FolderStorage Open(params StoreDeclaration[] declarations) => new(Path, new DeclaredStores(Owner, declarations), Events);

    public FolderStorage Open(string? inputKey, TimeProvider? clock = null) => new(Path, new DeclaredStores(Owner, []), Events, inputKey, clock);

    public FolderStorage OpenAt(string path) => new(path, new DeclaredStores(Owner, []), Events);

    public StoreFolder Store(string name) => new(this, Directory.CreateDirectory(System.IO.Path.Join(Stores, name)).FullName);

    public string WriteOutside(string name, string text = "secret")
    {
        var path = System.IO.Path.Join(Outside, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_place, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Names that are no text, and folders that a test has closed.
            Process.Start("chmod", ["-R", "u+rwx", _place]).WaitForExit();
            Process.Start("rm", ["-r", "-f", _place]).WaitForExit();
        }
    }
}
