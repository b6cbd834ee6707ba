using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>What is shown of a connection to a database: never its password, nor a part of what may be one.</summary>
public sealed class DatabaseConnectionTests
{
    [Theory]
    [InlineData("Host=db.example.com;Database=shop;Username=kvs;Password=sesame-open", "database shop on db.example.com as kvs")]
    [InlineData("server = db ; port=5433; DB='shop'; User Id=\"kvs\"; Password=sesame-open;", "database shop on db:5433 as kvs")]
    [InlineData("Host=a,b:5433;Database=shop;Password=\"sesame;Host=open\"", "database shop on a,b:5433")]
    [InlineData("Host=/var/run/postgresql;Database=shop;PWD='sesame''open'", "database shop on /var/run/postgresql")]
    [InlineData("postgres://kvs:sesame-open@db.example.com:5432/shop?sslmode=require", "database shop on db.example.com:5432 as kvs")]
    [InlineData("POSTGRESQL://kvs:sesame%40open@[::1]:5432/shop", "database shop on [::1]:5432 as kvs")]
    [InlineData("postgres://kvs:sesame@open@a:1,b:2/shop", "database shop on a:1,b:2 as kvs")]
    [InlineData("postgres://kvs:sesame/open?@db/shop", "database shop on db as kvs")]
    [InlineData("postgres://db/shop?user=kvs&password=sesame-open", "database shop on db")]
    [InlineData("postgres://db", "database on db")]
    public void Host_database_and_user_are_shown(string connection, string expected) =>
        Assert.Equal(expected, $"{new DatabaseConnection(connection)}");

    [Theory]
    [InlineData("postgres://kvs:sesame-open")]
    [InlineData("postgres://kvs:sesame/open")]
    [InlineData("postgres://kvs:sesame-open/shop@")]
    [InlineData("postgres//kvs:sesame-open@db/shop")]
    [InlineData("http://kvs:sesame-open@db/shop")]
    [InlineData("host=db user=kvs password=sesame-open")]
    [InlineData("Host=db password=sesame-open;Database=shop")]
    [InlineData("kvs:sesame-open@db")]
    [InlineData("sesame-open")]
    [InlineData("Password=sesame-open")]
    [InlineData("")]
    public void What_is_no_connection_shows_nothing_that_may_be_a_password(string connection)
    {
        Assert.DoesNotContain("sesame", $"{new DatabaseConnection(connection)}", StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", $"{new StorageChoice.Database(new DatabaseConnection(connection))}", StringComparison.Ordinal);
    }
}
