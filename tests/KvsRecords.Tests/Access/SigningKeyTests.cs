using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class SigningKeyTests
{
    private const string SigningKey = "secret-key-for-testing";

    [Theory]
    [InlineData("my-store", "jane.doe~my-store")]
    [InlineData(null, "storestorestore01")]
    public void A_store_prints_without_its_signing_key(string? name, string printed)
    {
        var store = new Store
        {
            Id = "storestorestore01",
            Location = "here",
            Name = name,
            Owner = People.Jane,
            UrlSigningSecretKey = SigningKey,
        };

        Assert.Equal(printed, $"{store}");
        Assert.DoesNotContain(SigningKey, $"{new { store }}");
    }

    [Theory]
    [InlineData("my-store", null, "my-store")]
    [InlineData(null, "storestorestore01", "storestorestore01")]
    [InlineData(null, null, "")]
    public void A_declaration_prints_without_its_signing_key(string? name, string? id, string printed)
    {
        var declaration = new StoreDeclaration { Name = name, Id = id, Owner = People.Jane, UrlSigningSecretKey = SigningKey };

        Assert.Equal(printed, $"{declaration}");
        Assert.DoesNotContain(SigningKey, $"{new { declaration }}");
    }
}
