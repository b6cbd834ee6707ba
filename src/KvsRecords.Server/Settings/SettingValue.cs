namespace KvsRecords.Server.Settings;

/// <summary>What a setting was set to, and where: the place is named when the value turns out to be wrong.</summary>
/// <param name="Text">The value as it was written.</param>
/// <param name="Place">The flag, the variable, or the member and its file.</param>
/// <param name="Source">Which of the places that is. A mistake in the form of a flag is a mistake in the command line.</param>
/// <param name="BaseFolder">What a relative path in it is relative to.</param>
internal sealed record SettingValue(string Text, string Place, SettingSource Source, string BaseFolder);
