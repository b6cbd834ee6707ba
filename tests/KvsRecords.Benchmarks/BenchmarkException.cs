namespace KvsRecords.Benchmarks;

/// <summary>Something did not work, said in a sentence for whoever runs the benchmark.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
