namespace KvsRecords.Server.Responses;

/// <summary>What a header can be sent with: visible ASCII. A crawler's folder may hold other content types.</summary>
internal static class HeaderText
{
    public static bool IsPlain(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
