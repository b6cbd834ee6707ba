namespace KvsRecords.Server.Endpoints;

/// <summary>Notes what a request asks for, once it has been routed. Whoever handles a fault takes the endpoint away.</summary>
internal static class Operations
{
    public static void UseOperations(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Operation>() is { } operation)
            context.Features.Set(operation);
        return next(context);
    });
}
