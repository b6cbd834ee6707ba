using KvsRecords.Server.Emulator;
using KvsRecords.Server.Errors;

namespace KvsRecords.Server.Http;

/// <summary>
/// <c>?method=DELETE</c>: any request may say which method it stands for, for callers who can only send some. It holds before anything
/// else looks at the method. Under <c>/_emulator</c> there is no such thing: there it is a parameter like any other.
/// </summary>
internal static class MethodOverride
{
    // Not HEAD: whoever sends a GET waits for the body whose length the headers say.
    private static readonly string[] Allowed =
        [HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete];

    public static void UseMethodOverride(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!EmulatorRoutes.Has(context.Request.Path) && RequestQuery.Of(context)["method"] is { } method)
        {
            if (!Allowed.Contains(method.ToUpperInvariant()))
            {
                var error = ApiError.InvalidInput($"The query parameter \"method\" must be one of {string.Join(", ", Allowed)}.");
                await new ErrorEnvelope(error).ExecuteAsync(context);
                return;
            }

            context.Request.Method = method.ToUpperInvariant();
        }

        await next(context);
    });
}
