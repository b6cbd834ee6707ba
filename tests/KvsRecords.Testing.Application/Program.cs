using KvsRecords.Testing.Application;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpClient<ProductStore>((services, client) =>
{
    var configuration = services.GetRequiredService<IConfiguration>();
    client.BaseAddress = new Uri(configuration["Apify:BaseUrl"] ?? "https://api.apify.com");
    client.DefaultRequestHeaders.Authorization = new("Bearer", configuration["Apify:Token"]);
});

var app = builder.Build();
app.MapGet("/products/{id}", async (string id, ProductStore products, CancellationToken cancellationToken) =>
    await products.FindAsync(id, cancellationToken) is { } product ? Results.Text(product, "application/json") : Results.NotFound());
await app.RunAsync();
