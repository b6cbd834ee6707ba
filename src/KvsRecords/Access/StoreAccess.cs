using KvsRecords.Stores;

namespace KvsRecords.Access;

/// <summary>The decisions about a store. Everything they depend on is passed in.</summary>
public static class StoreAccess
{
    /// <summary>
    /// Decides whether a caller may read. MUST refuse a token that no user has, whatever else would grant access; MUST grant access to the
    /// owner, to users that the store is shared with, to every caller whom the general access lets in, and to the holder of a good
    /// signature; MUST answer all others with <see cref="AccessDecision.Denied"/> when they gave a token or a signature, and with
    /// <see cref="AccessDecision.AuthenticationRequired"/> when they gave neither.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="store">The store.</param>
    /// <param name="byName">Whether the URL names the store (<c>user~name</c>) and not its id.</param>
    /// <param name="signature">The result of checking the URL's signature.</param>
    public static AccessDecision Decide(Caller caller, Store store, bool byName, SignatureState signature)
    {
        if (caller.IsUnknown)
            return AccessDecision.AuthenticationRequired;

        if (caller.User is { } user && (user.Id == store.Owner.Id || store.SharedWith.Contains(user.Id)))
            return AccessDecision.Granted;

        var open = store.EffectiveGeneralAccess switch
        {
            GeneralAccess.AnyoneWithNameCanRead => true,
            GeneralAccess.AnyoneWithIdCanRead => !byName,
            _ => false,
        };
        if (open || signature == SignatureState.Good)
            return AccessDecision.Granted;

        return caller.User is null && signature == SignatureState.Absent
            ? AccessDecision.AuthenticationRequired
            : AccessDecision.Denied;
    }

    /// <summary>
    /// Decides whether a caller may change a store and its records, and see its signing key: only its owner may. MUST answer a caller
    /// without a token with <see cref="AccessDecision.AuthenticationRequired"/>, and every other one with
    /// <see cref="AccessDecision.Denied"/>: a signature, sharing and general access are for reading.
    /// </summary>
    public static AccessDecision DecideWriting(Caller caller, Store store) =>
        caller.User is null ? AccessDecision.AuthenticationRequired
        : caller.User.Id == store.Owner.Id ? AccessDecision.Granted
        : AccessDecision.Denied;
}

/// <summary>The answer to a caller who wants to read a store.</summary>
public enum AccessDecision
{
    /// <summary>Yes.</summary>
    Granted,

    /// <summary>Not without a token: the specification's 401.</summary>
    AuthenticationRequired,

    /// <summary>Not for this caller, or not with this signature: the specification's 403.</summary>
    Denied,
}

/// <summary>The result of checking the signature of a URL.</summary>
public enum SignatureState
{
    /// <summary>There is none.</summary>
    Absent,

    /// <summary>It was made with the store's key over the store's id, and has not expired.</summary>
    Good,

    /// <summary>It is wrong, expired, or made for another store.</summary>
    Bad,
}

/// <summary>The caller: a user, an anonymous one, or one whose token belongs to no user.</summary>
public sealed class Caller
{
    private Caller(User? user, bool isUnknown) => (User, IsUnknown) = (user, isUnknown);

    /// <summary>A caller without a token.</summary>
    public static Caller Anonymous { get; } = new(null, false);

    /// <summary>A caller whose token no user has: "a mistake worth hearing about", never treated as no token.</summary>
    public static Caller Unknown { get; } = new(null, true);

    /// <summary>The user whose token was given, or null.</summary>
    public User? User { get; }

    /// <summary>True when a token was given that no user has.</summary>
    public bool IsUnknown { get; }

    /// <summary>A caller who gave this user's token.</summary>
    public static Caller For(User user) => new(user, false);
}
