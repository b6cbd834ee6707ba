using KvsRecords.ArchiveReaders;

namespace KvsRecords.Server.Tests;

/// <summary>An archive as programs see it that share no code with what made it.</summary>
internal static class ReadersAgree
{
    /// <summary>Every reader MUST find exactly these keys, and no data descriptor.</summary>
    public static async Task AssertAsync(string file, IReadOnlyList<string> keys)
    {
        var layout = ZipLayout.Read(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(keys, layout.Members.Select(member => member.Name));
        Assert.DoesNotContain(layout.Members, member => member.HasDataDescriptor);

        foreach (IArchiveReader reader in new IArchiveReader[] { new PythonZipFile(), new InfoZip(), new JavaZipInputStream() })
            Required.Program(reader.Program);

        var byPython = await new PythonZipFile().ReadAsync(file, TestContext.Current.CancellationToken);
        var byJava = await new JavaZipInputStream().ReadAsync(file, TestContext.Current.CancellationToken);
        var byUnzip = await new InfoZip().TestAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(keys, byPython.Select(entry => entry.Name));
        Assert.Equal(keys, byJava.Select(entry => entry.Name));
        Assert.Equal(byPython.Select(entry => entry.Sha256), byJava.Select(entry => entry.Sha256));
        Assert.True(byUnzip.ExitCode == 0, byUnzip.Output);
    }
}
