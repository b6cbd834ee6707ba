using System.Globalization;

namespace KvsRecords.Folder;

/// <summary>Files, or folders of stores, of one owner and mode that this process may not read.</summary>
/// <param name="Count">How many were found.</param>
/// <param name="Example">The path of the first.</param>
/// <param name="IsFolder">Whether they are folders.</param>
/// <param name="Owner">The number of their owner.</param>
/// <param name="Group">The number of their group.</param>
/// <param name="Mode">Their permissions.</param>
/// <param name="User">The number of the user that this process runs as.</param>
public sealed record UnreadableGroup(long Count, string Example, bool IsFolder, uint Owner, uint Group, int Mode, uint User)
{
    /// <summary>Tells whether the search looked at all files. If it did not, there may be more of these.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Says in one sentence, without a path, what cannot be read, why, and what helps.</summary>
    public override string ToString()
    {
        var (what, they, belong) = (IsFolder, Count) switch
        {
            (false, 1) => ("file", "it", "belongs"),
            (false, _) => ("files", "they", "belong"),
            (true, 1) => ("folder", "it", "belongs"),
            _ => ("folders", "they", "belong"),
        };
        var mode = Convert.ToString(Mode, 8).PadLeft(4, '0');
        var them = Count == 1 ? "it" : "them";
        var remedy = Owner == User
            ? $"make {them} readable (chmod -R u+rX)"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"run the server as user {Owner} (a container with --user {Owner}:{Group}), or make {them} readable to others (chmod -R a+rX)");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(IsWhole ? "" : "At least ")}{Count} {what} of the storage folder cannot be read: {they} {belong} to user {Owner} with mode {mode}, "
            + $"and this server runs as user {User}; {remedy}");
    }
}
