using System.Reflection;
using KvsRecords.Emulator;

namespace KvsRecords.Testing.Tests;

/// <summary>The types that a user of the package sees.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Package = typeof(KvsRecordsServer).Assembly;
    private static readonly Assembly Core = typeof(Fault).Assembly;

    [Fact]
    public void It_depends_on_no_test_framework() =>
        Assert.DoesNotContain(Package.GetReferencedAssemblies(), assembly => IsTestFramework(assembly.Name!));

    [Fact]
    public void No_public_member_needs_a_type_of_the_server_which_the_package_hides()
    {
        var hidden = Package.GetExportedTypes()
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(member => TypesOf(member).Any(IsHidden))
            .Select(member => $"{member.DeclaringType}.{member.Name}");

        Assert.Empty(hidden);
    }

    [Fact]
    public void The_tests_of_the_architecture_see_what_they_look_for()
    {
        Assert.Contains(typeof(ArchitectureTests).Assembly.GetReferencedAssemblies(), assembly => IsTestFramework(assembly.Name!));
        var inside = Package.GetType("KvsRecords.Testing.EmulatorHost")!.GetField("_own", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.Contains(TypesOf(inside), IsHidden);
    }

    private static IEnumerable<Type> TypesOf(MemberInfo member) => (member switch
    {
        MethodBase method => method.GetParameters().Select(parameter => parameter.ParameterType)
            .Append((method as MethodInfo)?.ReturnType ?? typeof(void)),
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    }).SelectMany(WithArguments);

    private static IEnumerable<Type> WithArguments(Type type) => type.GetGenericArguments().SelectMany(WithArguments).Append(type);

    private static bool IsHidden(Type type) =>
        type.Assembly != Package && type.Assembly != Core && type.Assembly.GetName().Name!.Replace("-", "", StringComparison.Ordinal).StartsWith("KvsRecords", StringComparison.OrdinalIgnoreCase);

    private static bool IsTestFramework(string assembly) =>
        new[] { "xunit", "nunit", "Microsoft.VisualStudio.TestPlatform", "Microsoft.Testing", "TUnit" }
            .Any(name => assembly.StartsWith(name, StringComparison.OrdinalIgnoreCase));
}
