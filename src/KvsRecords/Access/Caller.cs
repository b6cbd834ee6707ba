using KvsRecords.Stores;

namespace KvsRecords.Access;

/// <summary>Who asks: a user, nobody in particular, or somebody whose token belongs to no user.</summary>
public sealed class Caller
{
    private Caller(User? user, bool isUnknown) => (User, IsUnknown) = (user, isUnknown);

    /// <summary>A caller without a token.</summary>
    public static Caller Anonymous { get; } = new(null, false);

    /// <summary>A caller whose token no user has: "a mistake worth hearing about", never treated as no token.</summary>
    public static Caller Unknown { get; } = new(null, true);

    /// <summary>The user whose token was given, or null.</summary>
    public User? User { get; }

    /// <summary>Whether a token was given that no user has.</summary>
    public bool IsUnknown { get; }

    /// <summary>A caller who gave this user's token.</summary>
    public static Caller For(User user) => new(user, false);
}
