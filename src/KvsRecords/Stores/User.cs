namespace KvsRecords.Stores;

/// <summary>Somebody who can own stores. What proves that a caller is this user is kept apart, in <see cref="Access.UserDirectory"/>.</summary>
/// <param name="Id">17 letters and digits, compared exactly.</param>
/// <param name="Username">3 to 30 of <c>a-z 0-9 _ . -</c>, compared without case.</param>
/// <param name="GeneralAccess">What stores with <see cref="GeneralAccess.FollowUserSetting"/> follow; never that value itself.</param>
public sealed record User(string Id, string Username, GeneralAccess GeneralAccess = GeneralAccess.Restricted);
