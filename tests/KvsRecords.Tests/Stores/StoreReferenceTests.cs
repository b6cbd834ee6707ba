using CsCheck;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class StoreReferenceTests
{
    [Theory]
    [InlineData("WkzbQMuFYuamGv3YF")]
    [InlineData("my-store")]
    [InlineData("ěščř 😀")]
    [InlineData("..")]
    [InlineData("%7E")]
    [InlineData("")]
    public void Text_without_a_separator_is_an_id_and_never_a_name(string segment) =>
        Assert.Equal(new StoreReference.ById(segment), StoreReference.Parse(segment));

    [Theory]
    [InlineData("jane.doe~my-store", "jane.doe", "my-store")]
    [InlineData("WkzbQMuFYuamGv3YF~my-store", "WkzbQMuFYuamGv3YF", "my-store")]
    [InlineData("~my-store", null, "my-store")]
    [InlineData("jane.doe/my-store", "jane.doe", "my-store")]
    [InlineData("/my-store", null, "my-store")]
    public void A_separator_parts_the_owner_from_the_name(string segment, string? owner, string name) =>
        Assert.Equal(new StoreReference.ByName(owner, name), StoreReference.Parse(segment));

    [Theory]
    [InlineData("a~b~c", "a", "b")]
    [InlineData("a/b/c", "a", "b")]
    [InlineData("~b~", null, "b")]
    [InlineData("a~b~~~", "a", "b")]
    public void What_follows_a_second_separator_is_dropped(string segment, string? owner, string name) =>
        Assert.Equal(new StoreReference.ByName(owner, name), StoreReference.Parse(segment));

    [Theory]
    [InlineData("a~b/c", "a~b", "c")]
    [InlineData("a/b~c", "a", "b~c")]
    public void A_slash_is_the_separator_wherever_there_is_one(string segment, string owner, string name) =>
        Assert.Equal(new StoreReference.ByName(owner, name), StoreReference.Parse(segment));

    [Theory]
    [InlineData("user~")]
    [InlineData("~")]
    [InlineData("user/")]
    [InlineData("/")]
    [InlineData("user~~name")]
    [InlineData("~~name")]
    public void An_empty_name_is_distinguished_from_a_store_that_is_not_there(string segment) =>
        Assert.IsType<StoreReference.WithoutName>(StoreReference.Parse(segment));

    [Fact]
    public void Any_text_at_all_is_one_of_the_three_and_a_name_is_never_empty() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["~/ab%"], 0, 8]).Sample(segment => StoreReference.Parse(segment) switch
        {
            StoreReference.ById byId => byId.Id == segment && !segment.Contains('~') && !segment.Contains('/'),
            StoreReference.ByName byName => byName.Name.Length > 0 && byName.Owner is not "",
            StoreReference.WithoutName => segment.Contains('~') || segment.Contains('/'),
            _ => false,
        }, iter: 10_000);
}
