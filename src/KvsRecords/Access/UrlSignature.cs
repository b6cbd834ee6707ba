using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace KvsRecords.Access;

/// <summary>
/// The two forms of signature that the official signers make. Source: <c>createHmacSignature</c> and
/// <c>createStorageContentSignature</c> of @apify/utilities 2.35.11, whose results the tests hold as known answers.
/// </summary>
public static class UrlSignature
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Version = "0";

    // 24 digits of base 62 are 142 bits: more than the signature keeps of what is made with them.
    private const int KeyLength = 24;

    /// <summary>A key for a store that has none yet.</summary>
    public static string CreateKey() => RandomNumberGenerator.GetString(Alphabet, KeyLength);

    /// <summary>
    /// The bare form: the first 120 bits of an HMAC-SHA256, as a number in base 62 without leading zeros.
    /// Typically 20 or 21 characters.
    /// </summary>
    public static string CreateHmac(string secretKey, string message)
    {
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secretKey), Encoding.UTF8.GetBytes(message));
        var number = new BigInteger(mac.AsSpan(0, 15), isUnsigned: true, isBigEndian: true);
        var digits = new StringBuilder();
        do
        {
            number = BigInteger.DivRem(number, Alphabet.Length, out var digit);
            digits.Insert(0, Alphabet[(int)digit]);
        }
        while (!number.IsZero);

        return digits.ToString();
    }

    /// <summary>The storage-content form: an envelope of version, expiry and bare form, in base64url without padding.</summary>
    /// <param name="secretKey">The store's key.</param>
    /// <param name="resourceId">The store's id.</param>
    /// <param name="expiresAt">When it stops being good; null: never. Kept in milliseconds.</param>
    public static string CreateStorageContent(string secretKey, string resourceId, DateTimeOffset? expiresAt)
    {
        var expiry = (expiresAt?.ToUnixTimeMilliseconds() ?? 0).ToString(CultureInfo.InvariantCulture);
        var hmac = CreateHmac(secretKey, $"{Version}.{expiry}.{resourceId}");
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Version}.{expiry}.{hmac}"));
    }

    /// <summary>
    /// Checks a signature for a store at an instant. MUST accept both forms, the envelope with and without padding; MUST compare in fixed
    /// time; MUST NOT accept any when the store has no key.
    /// </summary>
    /// <param name="signature">As it came in the URL, decoded; null or empty: absent.</param>
    /// <param name="resourceId">The store's id.</param>
    /// <param name="secretKey">The store's key, or null.</param>
    /// <param name="now">The present; an envelope is good up to and including its last millisecond.</param>
    public static SignatureState Verify(string? signature, string resourceId, string? secretKey, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(signature))
            return SignatureState.Absent;
        if (secretKey is null)
            return SignatureState.Bad;

        var good = Same(signature, CreateHmac(secretKey, resourceId))
            || (Open(signature) is [Version, var expiry, var hmac]
                && long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var expiresAt)
                && (expiresAt == 0 || now.ToUnixTimeMilliseconds() <= expiresAt)
                && Same(hmac, CreateHmac(secretKey, $"{Version}.{expiry}.{resourceId}")));
        return good ? SignatureState.Good : SignatureState.Bad;
    }

    /// <summary>
    /// Checks a signature for one record. MUST accept the bare form over the record's key and nothing else: an envelope over a key <c>x</c>
    /// could be put together from the signature of another record, with the key <c>0.0.x</c>. MUST NOT accept any over a key that
    /// <see cref="SignsStore"/>.
    /// </summary>
    /// <param name="signature">As it came in the URL, decoded; null or empty: absent.</param>
    /// <param name="key">The record's key.</param>
    /// <param name="resourceId">The store's id.</param>
    /// <param name="secretKey">The store's key, or null.</param>
    public static SignatureState VerifyRecord(string? signature, string key, string resourceId, string? secretKey)
    {
        if (string.IsNullOrEmpty(signature))
            return SignatureState.Absent;
        return secretKey is not null && !SignsStore(key, resourceId) && Same(signature, CreateHmac(secretKey, key))
            ? SignatureState.Good
            : SignatureState.Bad;
    }

    /// <summary>
    /// Tells whether a signature over this text opens the whole store: its id, and the text that an envelope signs (<c>0.{expiry}.{id}</c>;
    /// other versions count, too, since one may come). MUST be asked before a key is signed: records and stores are signed with the same
    /// secret.
    /// </summary>
    public static bool SignsStore(string text, string resourceId) =>
        text == resourceId || (text.Split('.', 3) is [var version, var expiry, var id] && id == resourceId && IsNumber(version) && IsNumber(expiry));

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    // The Python client keeps the padding, the others leave it out.
    private static string[]? Open(string envelope)
    {
        var unpadded = envelope.TrimEnd('=');
        return Base64Url.IsValid(unpadded) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(unpadded)).Split('.') : null;
    }

    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
