using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace KvsRecords.DotNetReaders;

/// <summary>What is said of the archives, a line for everything.</summary>
internal sealed class Output(Stream output) : IDisposable
{
    private readonly StreamWriter _lines = new(output);

    public void Version(Assembly library) =>
        Line("version", library.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);

    public void Entry(string name, Stream body)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        var length = 0L;
        while (body.Read(buffer) is > 0 and var read)
        {
            digest.AppendData(buffer.AsSpan(0, read));
            length += read;
        }

        Line("entry", Hex(name), length.ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    public void End() => Line("end");

    public void Refusal(Exception refusal) => Line("refusal", Hex($"{refusal.GetType().Name}: {refusal.Message}"));

    public void Dispose() => _lines.Dispose();

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private void Line(string kind, params string[] fields)
    {
        _lines.Write(string.Join('\t', [kind, .. fields]) + '\n');
        if (kind != "entry")
            _lines.Flush();
    }
}
