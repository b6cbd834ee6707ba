using System.Text;
using CsCheck;
using KvsRecords.Access;
using Microsoft.Extensions.Time.Testing;

namespace KvsRecords.Tests;

/// <summary>Known answers: what @apify/utilities 2.35.11 and its upstream tests give.</summary>
public sealed class UrlSignatureTests
{
    private const string Id = "WkzbQMuFYuamGv3YF";
    private const string Key = "secret-key-for-testing";
    private const string Forever = "MC4wLjFtb04xdksxQ3ZwazJnYXhoUFpHVw";
    private const string ForAnHour = "MC4xNzUwMDAzNjAwMDAwLjE3STFwcFB0dHNnT1l3S1c4TlRuZA";
    private const string ForFourteenDays = "MC4xNzUxMjA5NjAwMDAwLjE5NWpWTlliaFZpbXFqWUowOGJxbQ";

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1750000000000);

    private readonly FakeTimeProvider _time = new(Start);

    [Theory]
    [InlineData("hmac-secret-key", "hmac-message-to-be-authenticated", "pcVagAsudj8dFqdlg7mG")]
    [InlineData(Key, "OUTPUT", "2ypikKx0WIAsy9q6RR3F")]
    [InlineData("hunter2", "some-key", "1mXHzrIBRrWevGJ4LJBO9")]
    [InlineData(Key, "my-prefix/ěščř.txt", "KuBm9Zgv6U0mq3FxvVwC")]
    public void The_bare_form_is_what_the_official_signer_makes(string key, string message, string signature)
    {
        Assert.Equal(signature, UrlSignature.CreateHmac(key, message));
        Assert.Equal(SignatureState.Good, UrlSignature.Verify(signature, message, key, Start));
    }

    [Theory]
    [InlineData(null, Forever)]
    [InlineData(3_600_000L, ForAnHour)]
    [InlineData(1_209_600_000L, ForFourteenDays)]
    public void The_envelope_is_what_the_official_signer_makes(long? expiresInMilliseconds, string signature)
    {
        DateTimeOffset? expiresAt = expiresInMilliseconds is { } milliseconds ? Start.AddMilliseconds(milliseconds) : null;

        Assert.Equal(signature, UrlSignature.CreateStorageContent(Key, Id, expiresAt));
        Assert.Equal(SignatureState.Good, Verify(signature));
    }

    [Theory]
    [InlineData(Forever)]
    [InlineData(ForAnHour)]
    [InlineData(ForFourteenDays)]
    public void The_padding_that_the_Python_client_keeps_is_accepted(string signature) =>
        Assert.Equal(SignatureState.Good, Verify(signature + "=="));

    [Theory]
    [InlineData(ForAnHour, 3_600_000)]
    [InlineData(ForFourteenDays, 1_209_600_000)]
    public void An_envelope_is_good_up_to_its_last_millisecond_and_bad_one_after(string signature, long lifetime)
    {
        _time.Advance(TimeSpan.FromMilliseconds(lifetime));
        Assert.Equal(SignatureState.Good, Verify(signature));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(SignatureState.Bad, Verify(signature));
        Assert.Equal(SignatureState.Bad, Verify(signature + "=="));
    }

    [Fact]
    public void A_signature_without_an_expiry_is_good_for_ever()
    {
        Assert.Equal(SignatureState.Good, UrlSignature.Verify(Forever, Id, Key, DateTimeOffset.MaxValue));
        Assert.Equal(SignatureState.Good, UrlSignature.Verify(UrlSignature.CreateHmac(Key, Id), Id, Key, DateTimeOffset.MaxValue));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void No_signature_is_absent_and_not_bad(string? signature) => Assert.Equal(SignatureState.Absent, Verify(signature));

    [Theory]
    [InlineData("WkzbQMuFYuamGv3Yf", Key)]
    [InlineData(Id, "secret-key-for-testinG")]
    [InlineData(Id, "")]
    [InlineData(Id, null)]
    public void What_another_store_s_key_or_id_signed_is_bad(string id, string? key)
    {
        Assert.Equal(SignatureState.Bad, UrlSignature.Verify(Forever, id, key, Start));
        Assert.Equal(SignatureState.Bad, UrlSignature.Verify(UrlSignature.CreateHmac(Key, Id), id, key, Start));
    }

    [Fact]
    public void A_store_without_a_key_is_not_a_store_whose_key_is_empty()
    {
        Assert.Equal(SignatureState.Bad, UrlSignature.Verify(UrlSignature.CreateHmac("", Id), Id, null, Start));
        Assert.Equal(SignatureState.Bad, UrlSignature.Verify(UrlSignature.CreateStorageContent("", Id, null), Id, null, Start));
        Assert.Equal(SignatureState.Absent, UrlSignature.Verify(null, Id, null, Start));
    }

    [Theory]
    [InlineData("0.0.{0}.")]
    [InlineData("0.{0}")]
    [InlineData("00.0.{0}")]
    [InlineData("1.0.{0}")]
    [InlineData(".0.{0}")]
    [InlineData("0.00.{0}")]
    [InlineData("0.-0.{0}")]
    [InlineData("0. 0.{0}")]
    [InlineData("0..{0}")]
    [InlineData("0.9999999999999.{0}")]
    [InlineData("0.99999999999999999999999.{0}")]
    [InlineData("0.0.")]
    [InlineData("0.0.{0}0")]
    public void An_envelope_that_was_rewritten_is_bad(string envelope)
    {
        var signed = string.Format(null, envelope, "1moN1vK1Cvpk2gaxhPZGW");
        Assert.Equal(SignatureState.Bad, Verify(Convert.ToBase64String(Encoding.UTF8.GetBytes(signed)).TrimEnd('=')));
    }

    [Theory]
    [InlineData("no dot", "0.0{0}", "0.0.")]
    [InlineData("1", "1.0.{0}", "1.0.")]
    [InlineData("-1", "0.-1.{0}", "0.-1.")]
    [InlineData("+0", "0.+0.{0}", "0.+0.")]
    [InlineData("far", "0.99999999999999999999999.{0}", "0.99999999999999999999999.")]
    public void Even_with_the_right_key_only_a_known_version_and_a_plain_expiry_are_good(string what, string envelope, string message)
    {
        var opened = string.Format(null, envelope, UrlSignature.CreateHmac(Key, message + Id));
        var signature = Convert.ToBase64String(Encoding.UTF8.GetBytes(opened));

        Assert.True(SignatureState.Bad == Verify(signature.TrimEnd('=')), what);
    }

    [Fact]
    public void One_changed_character_makes_a_signature_bad_and_never_an_exception()
    {
        foreach (var signature in new[] { ForAnHour, ForFourteenDays, UrlSignature.CreateHmac(Key, Id) })
        {
            for (var i = 0; i < signature.Length; i++)
            {
                foreach (var c in "AQgwz059-_.=+/ é\0\uD800")
                {
                    var changed = $"{signature[..i]}{c}{signature[(i + 1)..]}";
                    if (changed != signature)
                        Assert.True(SignatureState.Bad == Verify(changed), changed);
                }
            }
        }
    }

    [Fact]
    public void The_specification_s_own_example_is_bad_for_a_key_that_did_not_make_it() =>
        Assert.Equal(SignatureState.Bad, Verify("2wTI46Bg8qWQrV7tavlPI"));

    [Fact]
    public void Garbage_is_never_good_and_never_an_exception() =>
        Gen.OneOf(
            Gen.String,
            Gen.String[Gen.Char["MCw0jFtbxQ.=-_ \n\uD800"], 1, 40],
            Gen.Byte.Array[1, 60].Select(bytes => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_')),
            Gen.String[Gen.Char["0.19ab\uFFFD"], 1, 30].Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=')))
        .Sample(signature => Verify(signature) == (signature.Length == 0 ? SignatureState.Absent : SignatureState.Bad), iter: 20_000);

    [Fact]
    public void What_is_signed_is_good_for_every_key_and_id() =>
        Gen.Select(Keys.WellFormed, Keys.OfTheService, Gen.Long[0, 4_000_000_000_000]).Sample((key, id, late) =>
        {
            var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(late + 1);
            var envelope = UrlSignature.CreateStorageContent(key, id, expiresAt);
            Assert.Matches("^MC4[A-Za-z0-9_-]+$", envelope);
            Assert.Matches("^[0-9a-zA-Z]{1,21}$", UrlSignature.CreateHmac(key, id));
            Assert.Equal(SignatureState.Good, UrlSignature.Verify(envelope, id, key, expiresAt));
            Assert.Equal(SignatureState.Bad, UrlSignature.Verify(envelope, id, key, expiresAt.AddMilliseconds(1)));
            Assert.Equal(SignatureState.Good, UrlSignature.Verify(UrlSignature.CreateHmac(key, id), id, key, expiresAt));
        }, iter: 1_000);

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("0.0.{0}", true)]
    [InlineData("0.1750003600000.{0}", true)]
    [InlineData("7.12.{0}", true)]
    [InlineData("00.000.{0}", true)]
    [InlineData("0.{0}", false)]
    [InlineData(".0.{0}", false)]
    [InlineData("0..{0}", false)]
    [InlineData("0.0.0.{0}", false)]
    [InlineData("0.-1.{0}", false)]
    [InlineData("0.\u0661.{0}", false)]
    [InlineData("0.0.{0}x", false)]
    [InlineData("x{0}", false)]
    [InlineData("", false)]
    public void A_text_signs_the_store_when_it_is_what_one_of_its_signatures_is_made_over(string text, bool signsStore)
    {
        text = string.Format(null, text, Id);

        Assert.Equal(signsStore, UrlSignature.SignsStore(text, Id));
        Assert.Equal(signsStore ? SignatureState.Bad : SignatureState.Good, UrlSignature.VerifyRecord(UrlSignature.CreateHmac(Key, text), text, Id, Key));
    }

    // The holder of a record's signature can put it into any envelope.
    [Fact]
    public void No_text_that_a_record_may_be_signed_over_opens_the_store_in_any_form() =>
        Gen.Select(OneOf("0", "00", "1", ".", "..", "-", "x", Id, "9999999999999").Array[0, 6].Select(string.Concat), OneOf("0", "00", "9999999999999", "99999999999999", "-1", "x"))
            .Sample((text, expiry) =>
            {
                var bare = UrlSignature.CreateHmac(Key, text);
                var envelope = Convert.ToBase64String(Encoding.UTF8.GetBytes($"0.{expiry}.{bare}")).TrimEnd('=').Replace('+', '-').Replace('/', '_');
                Assert.True(UrlSignature.SignsStore(text, Id) || (Verify(bare) == SignatureState.Bad && Verify(envelope) == SignatureState.Bad), text);
            }, iter: 5_000);

    [Theory]
    [InlineData(null, SignatureState.Absent)]
    [InlineData("", SignatureState.Absent)]
    [InlineData("x", SignatureState.Bad)]
    public void A_record_has_no_signature_or_a_bad_one(string? signature, SignatureState state)
    {
        Assert.Equal(state, UrlSignature.VerifyRecord(signature, "OUTPUT", Id, Key));
        Assert.NotEqual(SignatureState.Good, UrlSignature.VerifyRecord(UrlSignature.CreateHmac(Key, "OUTPUT"), "OUTPUT", Id, null));
        Assert.Equal(SignatureState.Bad, UrlSignature.VerifyRecord(UrlSignature.CreateStorageContent(Key, "OUTPUT", null), "OUTPUT", Id, Key));
    }

    private static Gen<string> OneOf(params string[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);

    private SignatureState Verify(string? signature) => UrlSignature.Verify(signature, Id, Key, _time.GetUtcNow());
}
