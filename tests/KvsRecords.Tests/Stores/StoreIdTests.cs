using CsCheck;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class StoreIdTests
{
    // Ids that were handed out once must be found again: an answer that changes here breaks URLs that people have kept.
    [Theory]
    [InlineData("WkzbQMuFYuamGv3YF", "default", "kttH6DT2pLuYmhYp7")]
    [InlineData("WkzbQMuFYuamGv3YF", "ěščř 😀", "K8endDou9qhZ468eF")]
    public void A_derived_id_is_the_same_on_every_machine_and_in_every_version(string owner, string label, string id) =>
        Assert.Equal(id, StoreId.Derive(owner, label));

    [Fact]
    public void A_derived_id_has_the_form_of_an_id_and_depends_on_every_word() =>
        Gen.Select(Gen.String, Gen.String, Gen.String).Where((_, one, other) => one != other).Sample((owner, one, other) =>
        {
            Assert.Matches("^[a-zA-Z0-9]{17}$", StoreId.Derive(owner, one));
            Assert.True(StoreId.IsWellFormed(StoreId.Derive(owner, one)));
        });

    [Fact]
    public void Words_do_not_run_together() => Assert.NotEqual(StoreId.Derive("ab", "c"), StoreId.Derive("a", "bc"));

    [Theory]
    [InlineData("default", "Default")]
    [InlineData("é", "e\u0301")]
    [InlineData("a", "a ")]
    [InlineData("", "a")]
    public void Different_labels_have_different_ids(string one, string other) =>
        Assert.NotEqual(StoreId.Derive("owner", one), StoreId.Derive("owner", other));

    [Theory]
    [InlineData("WkzbQMuFYuamGv3YF", true)]
    [InlineData("00000000000000000", true)]
    [InlineData("WkzbQMuFYuamGv3Y", false)]
    [InlineData("WkzbQMuFYuamGv3YFx", false)]
    [InlineData("WkzbQMuFYuamGv3Y-", false)]
    [InlineData("WkzbQMuFYuamGv3Yé", false)]
    [InlineData("WkzbQMuFYuamGv3Y٣", false)]
    [InlineData("", false)]
    public void An_id_is_17_letters_and_digits_of_ASCII(string text, bool wellFormed) =>
        Assert.Equal(wellFormed, StoreId.IsWellFormed(text));
}
