using System.ComponentModel;

namespace KvsRecords.Benchmarks;

/// <summary>A sentence about what did not work: a server that did not start, or a wrong answer.</summary>
internal class BenchmarkException(string message) : Exception(message)
{
    /// <summary>Tells whether a server failed, and not the benchmark itself.</summary>
    public static bool IsOfServer(Exception failure) =>
        failure is BenchmarkException or IOException or InvalidDataException or Win32Exception;
}

/// <summary>A program that is not installed. What needs it is left out.</summary>
internal sealed class NotHereException(string message) : BenchmarkException(message);
