using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class GeneralAccessNameTests
{
    [Theory]
    [InlineData("FOLLOW_USER_SETTING", GeneralAccess.FollowUserSetting)]
    [InlineData("RESTRICTED", GeneralAccess.Restricted)]
    [InlineData("ANYONE_WITH_ID_CAN_READ", GeneralAccess.AnyoneWithIdCanRead)]
    [InlineData("ANYONE_WITH_NAME_CAN_READ", GeneralAccess.AnyoneWithNameCanRead)]
    public void The_names_of_the_API_are_known(string name, GeneralAccess expected)
    {
        Assert.True(GeneralAccessName.TryParse(name, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("restricted")]
    [InlineData("Restricted")]
    [InlineData(" RESTRICTED")]
    [InlineData("1")]
    [InlineData("AnyoneWithIdCanRead")]
    [InlineData("")]
    public void Anything_else_is_unknown(string name) => Assert.False(GeneralAccessName.TryParse(name, out _));

    [Fact]
    public void A_store_can_have_each_value_and_each_has_one_name()
    {
        var values = GeneralAccessName.OfAStore.Select(name => GeneralAccessName.TryParse(name, out var value) ? value : default);
        Assert.Equal(Enum.GetValues<GeneralAccess>().Order(), values.Order());
    }

    [Fact]
    public void A_user_s_setting_neither_follows_another_nor_opens_by_name() =>
        Assert.Equal(["RESTRICTED", "ANYONE_WITH_ID_CAN_READ"], GeneralAccessName.OfAUser);
}
