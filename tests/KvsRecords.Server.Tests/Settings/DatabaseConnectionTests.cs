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
    [InlineData("Host=::1;Database=shop", "database shop on ::1")]
    [InlineData("postgres://db/shop?user=kvs&password=sesame-open", "database shop on db")]
    [InlineData("postgres://db", "database on db")]
    public void Host_database_and_user_are_shown(string connection, string expected) =>
        Assert.Equal((true, expected), (new DatabaseConnection(connection).IsClear, $"{new DatabaseConnection(connection)}"));

    [Theory]
    [InlineData("postgres://kvs:sesame-open")]
    [InlineData("postgres://kvs:sesame/open@db/shop")]
    [InlineData("postgres://kvs:12?sesame@db/shop")]
    [InlineData("postgres://kvs:sesame-open/shop@")]
    [InlineData("postgres//kvs:sesame-open@db/shop")]
    [InlineData("http://kvs:sesame-open@db/shop")]
    [InlineData("host=db user=kvs password=sesame-open")]
    [InlineData("Host=db:5432 password=sesame-open;Database=shop")]
    [InlineData("Host=db;Database=shop password=sesame-open")]
    [InlineData("Host=db;Username=kvs password=sesame-open;Database=shop")]
    [InlineData("kvs:sesame-open@db")]
    [InlineData("sesame-open")]
    [InlineData("Password=sesame-open")]
    [InlineData("")]
    public void One_whose_parts_cannot_be_told_apart_is_refused_before_anything_is_said_of_it(string connection)
    {
        var read = new DatabaseConnection(connection);

        Assert.False(read.IsClear);
        Assert.Equal("database", $"{read}");
        Assert.DoesNotContain("sesame", $"{new StorageChoice.Database(read)}", StringComparison.Ordinal);
    }
}
