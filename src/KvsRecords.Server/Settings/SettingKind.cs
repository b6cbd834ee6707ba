namespace KvsRecords.Server.Settings;

/// <summary>What a flag is given with.</summary>
internal enum SettingKind
{
    /// <summary>One value.</summary>
    Value,

    /// <summary>None, or true or false.</summary>
    Switch,

    /// <summary>One value, and the flag as often as there are values. In the environment they stand as folders do in <c>PATH</c>.</summary>
    List,
}
