using CsCheck;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Server.Tests;

/// <summary>What another program can write to the database of a storage: rows that are in order for the database, and for nothing else.</summary>
internal static class Hostile
{
    private static readonly string[] Numbers =
        ["-1", "0", "1", "3", "65536", "4294967295", "4294967296", "9007199254740993", "9223372036854775807", "-9223372036854775808"];

    private static readonly Gen<string> Number = Gen.Int[0, Numbers.Length - 1].Select(index => Numbers[index]);

    private static readonly Gen<string> Text = Gen.Select(
        Gen.String[Gen.Char["./\\:a\0\n\u001b\u009b\"'é😀%"], 0, 8], Gen.Const("key"), Gen.Bool).Select((text, key, append) =>
            $"{(append ? $"{key} || " : "")}cast(x'{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text))}' as text)");

    private static readonly Gen<string> Header = Gen.Select(Gen.Int[0, 25], Gen.Byte.Array[0, 4]).Select((place, bytes) =>
        $"cast(substr(header, 1, {place}) || x'{Convert.ToHexString(bytes)}' || substr(header, {place + 1 + bytes.Length}) as blob)");

    private static readonly Gen<string> OfRecords = Gen.OneOf(
        Text.Select(text => $"key = {text}"),
        Header.Select(header => $"header = {header}"),
        Gen.Select(AnyOf("length", "packed_length", "crc32", "method", "modified", "born", "died", "file", "store"), Number).Select((column, number) => $"{column} = {number}"),
        Text.Select(text => $"content_type = {text}"),
        Gen.Byte.Array[0, 9].Select(body => $"body = x'{Convert.ToHexString(body)}'"));

    private static readonly Gen<string> OfStores = Gen.OneOf(
        Gen.Select(AnyOf("id", "name", "owner", "owner_name", "title", "general_access", "shared_with", "signing_key", "schema"), Text).Select((column, text) => $"{column} = {text.Replace("key ||", "id ||", StringComparison.Ordinal)}"),
        Gen.Select(AnyOf("created", "modified", "accessed", "revision", "records", "packed_bytes", "key_bytes", "value_bytes", "reads", "state", "incarnation"), Number).Select((column, number) => $"{column} = {number}"));

    /// <summary>Statements, each of which changes some rows in one of their columns.</summary>
    public static Gen<string[]> Statements { get; } = Gen.OneOf(
        Gen.Select(OfRecords, Gen.Int[1, 40]).Select((change, nth) => $"update records set {change} where crc32 % 40 < {nth}"),
        OfStores.Select(change => $"update stores set {change}")).Array[1, 3];

    /// <summary>Runs them on a storage that is closed. What the database refuses is not done.</summary>
    public static void Change(string data, string[] statements)
    {
        using var database = new SqliteConnection($"Data Source={Path.Join(data, "records.db")};Pooling=false");
        database.Open();
        foreach (var statement in statements)
        {
            using var command = database.CreateCommand();
            command.CommandText = statement;
            try
            {
                command.ExecuteNonQuery();
            }
            catch (SqliteException)
            {
                // Two rows with one key, for instance.
            }
        }
    }

    private static Gen<string> AnyOf(params string[] names) => Gen.Int[0, names.Length - 1].Select(index => names[index]);
}
