using CsCheck;
using KvsRecords.Access;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class UserDirectoryTests
{
    private readonly UserDirectory _directory = new();

    public UserDirectoryTests()
    {
        _directory.Add(People.Jane, ["apify_api_jane", "a second, ěščř"]);
        _directory.Add(People.Mallory, ["apify_api_mallory"]);
        _directory.Add(People.Guest, []);
    }

    [Theory]
    [InlineData("apify_api_jane", "jane.doe")]
    [InlineData("a second, ěščř", "jane.doe")]
    [InlineData("apify_api_mallory", "mallory_-3")]
    public void A_token_names_its_user(string token, string username)
    {
        var caller = _directory.Identify(token);

        Assert.Equal(username, caller.User?.Username);
        Assert.False(caller.IsUnknown);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void No_token_is_no_user(string? token)
    {
        var caller = _directory.Identify(token);

        Assert.Null(caller.User);
        Assert.False(caller.IsUnknown);
    }

    [Theory]
    [InlineData("apify_api_jan")]
    [InlineData("apify_api_jane ")]
    [InlineData("APIFY_API_JANE")]
    [InlineData("jane.doe")]
    [InlineData("WkzbQMuFYuamGv3YF")]
    [InlineData(" ")]
    public void A_token_that_no_user_has_is_unknown_and_not_absent(string token)
    {
        var caller = _directory.Identify(token);

        Assert.Null(caller.User);
        Assert.True(caller.IsUnknown);
    }

    [Fact]
    public void No_text_but_a_token_is_anybody_s() =>
        Gen.String.Where(token => token.Length > 0).Sample(token => _directory.Identify(token).IsUnknown, iter: 1_000);

    [Theory]
    [InlineData("apify_api_jane", true)]
    [InlineData("a second, ěščř", true)]
    [InlineData("apify_api_mallory", true)]
    [InlineData("apify_api_jan", false)]
    [InlineData("APIFY_API_JANE", false)]
    [InlineData("apify_api_jan3", false)]
    [InlineData("jane.doe", false)]
    [InlineData("", false)]
    public void A_text_is_known_to_be_a_token_or_not(string text, bool isToken) => Assert.Equal(isToken, _directory.Tokens.Contains(text));

    [Theory]
    [InlineData("WkzbQMuFYuamGv3YF", "jane.doe")]
    [InlineData("wkzbqmufyuamgv3yf", "mallory_-3")]
    [InlineData("jane.doe", "jane.doe")]
    [InlineData("Jane.DOE", "jane.doe")]
    [InlineData("GUEST", "guest")]
    public void A_user_is_found_by_the_exact_id_or_by_the_name_without_case(string text, string username) =>
        Assert.Equal(username, _directory.Find(text)?.Username);

    [Theory]
    [InlineData("WKZBQMUFYUAMGV3YF")]
    [InlineData("jane")]
    [InlineData("apify_api_jane")]
    [InlineData("")]
    [InlineData("\0")]
    public void Other_text_finds_no_user(string text) => Assert.Null(_directory.Find(text));

    [Fact]
    public void An_id_wins_over_a_name_that_looks_like_it()
    {
        var pretender = new User("99999999999999999", People.Jane.Id);
        var directory = new UserDirectory();
        directory.Add(pretender, []);
        directory.Add(People.Jane, []);

        Assert.Equal(People.Jane, directory.Find(People.Jane.Id));
    }

    [Fact]
    public void Users_are_kept_in_the_order_in_which_they_were_added() =>
        Assert.Equal([People.Jane, People.Mallory, People.Guest], _directory.Users);
}
