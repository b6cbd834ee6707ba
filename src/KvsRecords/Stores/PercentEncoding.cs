using System.Globalization;
using System.Text;

namespace KvsRecords.Stores;

/// <summary>Percent-encoded text, as it stands in URLs and in the file names of some crawlers (RFC 3986, section 2.1).</summary>
public static class PercentEncoding
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// MUST decode every <c>%XX</c> and keep everything else; MUST refuse a <c>%</c> that is not followed by two hexadecimal
    /// digits, and bytes that are no UTF-8, both of which the framework would leave as they are.
    /// </summary>
    public static bool TryDecode(string text, out string decoded)
    {
        decoded = text;
        if (!text.Contains('%'))
            return true;

        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '%')
                bytes[length++] = bytes[i];
            else if (i + 2 < bytes.Length && byte.TryParse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out bytes[length]))
                (i, length) = (i + 2, length + 1);
            else
                return false;
        }

        try
        {
            decoded = Strict.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
