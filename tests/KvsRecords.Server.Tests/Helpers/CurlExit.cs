namespace KvsRecords.Server.Tests;

/// <summary>What curl's exit codes mean.</summary>
internal static class CurlExit
{
    public const int PartialFile = 18;
    public const int Timeout = 28;
    public const int EmptyReply = 52;
    public const int ReceiveError = 56;
}
