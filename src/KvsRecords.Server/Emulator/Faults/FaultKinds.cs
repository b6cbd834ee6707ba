using KvsRecords.Emulator;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Tells kinds of faults apart.</summary>
internal static class FaultKinds
{
    extension(Fault fault)
    {
        /// <summary>Tells whether an error takes the place of the answer.</summary>
        public bool IsError => fault.Status is not null || fault.Type is not null;

        /// <summary>Tells whether the whole answer must be known before its first byte is sent.</summary>
        public bool ChangesAnswer => fault.BytesPerSecond is not null || fault.Effect is not (null or FaultEffect.Expired);

        /// <summary>Describes the fault, as a line of the log says it.</summary>
        public string Describe() => string.Join(", ", new[]
        {
            fault.DelayMs is { } delay ? $"{delay} ms late" : "",
            fault.IsError ? $"{fault.Status} {fault.Type}".Trim() : "",
            fault.BytesPerSecond is { } rate ? $"{rate} B/s" : "",
            fault.Effect is { } effect ? FaultEffectConverter.NameOf(effect) : "",
        }.Where(what => what.Length > 0));
    }
}
