using System.Reflection;

namespace KvsRecords.DotNetReaders;

/// <summary>A way of a library to read an archive.</summary>
/// <param name="Library">What it is of.</param>
/// <param name="Read">Says name and content of each file of the archive at a path; the content is good until the next one.</param>
internal sealed record Reader(Assembly Library, Action<string, Action<string, Stream>> Read);
