using KvsRecords.Emulator;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>A rule, and the requests that met it so far.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Matched">How many requests it matched.</param>
/// <param name="Applied">How many of them went wrong by it.</param>
internal sealed record FaultState(Fault Rule, int Matched, int Applied);
