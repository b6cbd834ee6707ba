using KvsRecords.Access;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class StoreAccessTests
{
    // One row for each general access that can hold. G: granted; 401 and 403 as the specification numbers them.
    // In each cell: signature absent, good, bad.
    private static readonly string[] Table =
    [
        "effective access           way   anonymous    unknown token  owner    shared user  another user",
        "RESTRICTED                 id    401,G,403    401,401,401    G,G,G    G,G,G        403,G,403",
        "RESTRICTED                 name  401,G,403    401,401,401    G,G,G    G,G,G        403,G,403",
        "ANYONE_WITH_ID_CAN_READ    id    G,G,G        401,401,401    G,G,G    G,G,G        G,G,G",
        "ANYONE_WITH_ID_CAN_READ    name  401,G,403    401,401,401    G,G,G    G,G,G        403,G,403",
        "ANYONE_WITH_NAME_CAN_READ  id    G,G,G        401,401,401    G,G,G    G,G,G        G,G,G",
        "ANYONE_WITH_NAME_CAN_READ  name  G,G,G        401,401,401    G,G,G    G,G,G        G,G,G",
    ];

    private static readonly string[] Callers = ["anonymous", "unknown token", "owner", "shared user", "another user"];
    private static readonly SignatureState[] Signatures = [SignatureState.Absent, SignatureState.Good, SignatureState.Bad];

    public static TheoryData<string, string, string, bool, SignatureState, string> Cases { get; } =
    [
        .. from access in GeneralAccessName.OfAStore
           from userSetting in GeneralAccessName.OfAUser
           from caller in Callers
           from byName in new[] { false, true }
           from signature in Signatures
           select (access, userSetting, caller, byName, signature, Expected(access, userSetting, caller, byName, signature)),
    ];

    [Fact]
    public void The_table_is_whole() => Assert.Equal(4 * 2 * 5 * 2 * 3, Cases.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Access_is_decided_as_the_table_says(
        string access, string userSetting, string caller, bool byName, SignatureState signature, string expected) =>
        Assert.Equal(expected, Decide(access, userSetting, caller, byName, signature));

    [Fact]
    public void A_token_that_no_user_has_is_refused_even_beside_a_good_signature() =>
        Assert.Equal("401", Decide("ANYONE_WITH_NAME_CAN_READ", "RESTRICTED", "unknown token", byName: false, SignatureState.Good));

    [Fact]
    public void A_token_that_grants_access_wins_over_a_bad_signature() =>
        Assert.Equal("G", Decide("RESTRICTED", "RESTRICTED", "shared user", byName: false, SignatureState.Bad));

    [Fact]
    public void A_user_whose_id_differs_only_in_case_is_another_user()
    {
        var nearlyJane = new User(People.Jane.Id.ToLowerInvariant(), "nearly-jane");

        Assert.Equal(
            AccessDecision.Denied,
            StoreAccess.Decide(Caller.For(nearlyJane), Store("RESTRICTED", "RESTRICTED"), false, SignatureState.Absent));
    }

    private static string Expected(string access, string userSetting, string caller, bool byName, SignatureState signature)
    {
        var effective = access == "FOLLOW_USER_SETTING" ? userSetting : access;
        var row = Table.Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Single(cells => cells[0] == effective && cells[1] == (byName ? "name" : "id"));
        return row[Array.IndexOf(Callers, caller) + 2].Split(',')[Array.IndexOf(Signatures, signature)];
    }

    private static string Decide(string access, string userSetting, string caller, bool byName, SignatureState signature)
    {
        var store = Store(access, userSetting);
        var who = caller switch
        {
            "anonymous" => Caller.Anonymous,
            "unknown token" => Caller.Unknown,
            "owner" => Caller.For(store.Owner),
            "shared user" => Caller.For(People.Guest),
            _ => Caller.For(People.Mallory),
        };
        return StoreAccess.Decide(who, store, byName, signature) switch
        {
            AccessDecision.Granted => "G",
            AccessDecision.AuthenticationRequired => "401",
            AccessDecision.Denied => "403",
            var other => $"{other}",
        };
    }

    private static Store Store(string access, string userSetting)
    {
        Assert.True(GeneralAccessName.TryParse(access, out var ofStore) & GeneralAccessName.TryParse(userSetting, out var ofUser));
        return new Store
        {
            Id = "storestorestore01",
            Location = "here",
            Name = "my-store",
            Owner = People.Jane with { GeneralAccess = ofUser },
            GeneralAccess = ofStore,
            SharedWith = new HashSet<string> { People.Guest.Id },
        };
    }
}
