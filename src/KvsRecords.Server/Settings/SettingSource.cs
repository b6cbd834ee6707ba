namespace KvsRecords.Server.Settings;

/// <summary>Where a setting was set. An earlier one wins over a later one.</summary>
internal enum SettingSource
{
    CommandLine,
    Environment,
    File,

    /// <summary>Nobody has set it; it was found.</summary>
    Found,
}
