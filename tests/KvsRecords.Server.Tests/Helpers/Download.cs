namespace KvsRecords.Server.Tests;

/// <summary>What a program made of a download.</summary>
/// <param name="IsWhole">Whether it believes that it has everything.</param>
/// <param name="Received">What it has kept of it.</param>
/// <param name="Said">What it said.</param>
internal sealed record Download(bool IsWhole, byte[] Received, string Said);
