using System.Runtime.CompilerServices;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// Makes the schema library ready before its first use. By itself it does so when it is loaded, and that is the start in a native
/// program: it would read the meta-schemas of all drafts, which hardly anybody needs, and is kept from it there (<c>NativeSubstitutions.xml</c>).
/// </summary>
internal static class SchemaLibrary
{
    private const string Initialization = "Json.Schema.__ModuleInitialization, JsonSchema.Net";

    private static readonly Lazy<bool> Ready = new(() =>
    {
        if (RuntimeFeature.IsDynamicCodeCompiled)
            return true;

        LoadDialects(null);
        LoadMetaSchemas(null);
        return true;
    });

    public static void MakeReady() => _ = Ready.Value;

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod)]
    private static extern void LoadDialects([UnsafeAccessorType(Initialization)] object? type);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod)]
    private static extern void LoadMetaSchemas([UnsafeAccessorType(Initialization)] object? type);
}
