namespace KvsRecords.Server.Responses;

/// <summary>Text that a header can carry: visible ASCII. Records of a crawler's folder may have other content types.</summary>
internal static class HeaderText
{
    public static bool IsPlain(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
