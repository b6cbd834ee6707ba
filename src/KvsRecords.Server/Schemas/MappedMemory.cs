using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// Memory outside of the collected heap that is freed when it is disposed; unused pages take none. It holds either a file's bytes, or new
/// room.
/// </summary>
internal sealed unsafe class MappedMemory<T> : MemoryManager<T>
    where T : unmanaged
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;

    private MappedMemory(MemoryMappedFile file, long bytes, MemoryMappedFileAccess access)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, bytes, access);
        _length = (int)(bytes / sizeof(T));
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>The first one.</summary>
    public T* Start => (T*)_start;

    /// <summary>The bytes of a file, which MUST stay as they are.</summary>
    public static MappedMemory<T> Of(FileStream file) => new(
        MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true),
        file.Length,
        MemoryMappedFileAccess.Read);

    /// <summary>Room for so many, all of them zero.</summary>
    public static MappedMemory<T> New(int count)
    {
        var bytes = (long)count * sizeof(T);
        return new(MemoryMappedFile.CreateNew(null, bytes), bytes, MemoryMappedFileAccess.ReadWrite);
    }

    public override Span<T> GetSpan() => new(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new((T*)_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
