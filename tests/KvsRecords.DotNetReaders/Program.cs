using KvsRecords.DotNetReaders;

// The reader's name is the only argument, the archives' paths are standard input; tests/readers/README.md says what is printed.
var reader = Readers.Named(args[0]);
using var output = new Output(Console.OpenStandardOutput());
output.Version(reader.Library);
while (Console.ReadLine() is { } path)
{
    try
    {
        reader.Read(path, output.Entry);
        output.End();
    }
#pragma warning disable CA1031 // Whatever a library says against an archive is the answer.
    catch (Exception refusal)
#pragma warning restore CA1031
    {
        output.Refusal(refusal);
    }
}
