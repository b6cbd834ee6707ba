using System.Security.Cryptography;
using System.Text;
using KvsRecords.Stores;

namespace KvsRecords.Access;

/// <summary>The users, and the tokens that prove who they are.</summary>
public sealed class UserDirectory
{
    private readonly List<User> _users = [];
    private readonly List<(byte[] Token, User User)> _tokens = [];
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);

    /// <summary>All users, in the order in which they were added.</summary>
    public IReadOnlyList<User> Users => _users;

    /// <summary>Adds a user with the tokens that prove that a caller is this user.</summary>
    public void Add(User user, IEnumerable<string> tokens)
    {
        _users.Add(user);
        foreach (var token in tokens)
        {
            _tokens.Add((Encoding.UTF8.GetBytes(token), user));
            _secrets.Add(token);
        }
    }

    /// <summary>Finds the user with this id (compared exactly) or this username (compared without case), or null.</summary>
    public User? Find(string idOrUsername) =>
        _users.Find(user => user.Id == idOrUsername)
        ?? _users.Find(user => string.Equals(user.Username, idOrUsername, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Finds the user who has this token; an empty one counts as none. MUST take the same time whichever token of one length is given,
    /// right or wrong: how long tokens are is no secret.
    /// </summary>
    public Caller Identify(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return Caller.Anonymous;

        var given = Encoding.UTF8.GetBytes(token);
        User? found = null;
        foreach (var (known, user) in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(known, given))
                found = user;
        }

        return found is null ? Caller.Unknown : Caller.For(found);
    }

    /// <summary>Lists all tokens, so that they can be redacted. They let no caller in: see <see cref="Identify"/>.</summary>
    public IReadOnlySet<string> Tokens => _secrets;
}
