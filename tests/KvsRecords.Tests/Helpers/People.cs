using KvsRecords.Stores;

namespace KvsRecords.Tests;

/// <summary>Users to try things with; no two alike in id and name, some nearly.</summary>
internal static class People
{
    public static User Jane { get; } = new("WkzbQMuFYuamGv3YF", "jane.doe");

    public static User Mallory { get; } = new("wkzbqmufyuamgv3yf", "mallory_-3");

    public static User Guest { get; } = new("00000000000000001", "guest");
}
