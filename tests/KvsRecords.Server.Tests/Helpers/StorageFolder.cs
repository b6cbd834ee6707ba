using System.Text;

namespace KvsRecords.Server.Tests;

/// <summary>A storage folder as Crawlee JS v3 writes it, in a temporary place of its own.</summary>
internal sealed class StorageFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kvs-records-test-").FullName;

    /// <summary>A store with the awkward records that every test should live with, and a quiet second one.</summary>
    public static StorageFolder WithNastyStore()
    {
        var folder = new StorageFolder();
        folder.Add("my-store", "odd!-_.'()key.bin", [0, 1, 2]);
        folder.Add("my-store", "empty.txt", []);
        folder.Add("my-store", "příliš žluťoučký 🐎.json", "{\"kůň\":true}"u8);
        folder.Add("my-store", "image-1.png", [0x89, 0x50, 0x4E, 0x47, 0xFF, 0xFE]);
        folder.Add("my-store", "image-2.png", [0x89, 0x50]);
        folder.Add("my-store", "post.json", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"text\":\"again\"}\n", 500))));
        folder.Add("other", "x.txt", "x"u8);
        return folder;
    }

    public string Add(string store, string fileName, ReadOnlySpan<byte> content)
    {
        var folder = Directory.CreateDirectory(System.IO.Path.Join(Path, "key_value_stores", store)).FullName;
        var path = System.IO.Path.Join(folder, fileName);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
