namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container that runs in place of the program. All that is set of one is set of the other.</summary>
/// <param name="program">The program.</param>
public sealed class KvsRecordsContainerResource(KvsRecordsResource program) : ContainerResource(program.Name)
{
    /// <inheritdoc/>
    public override ResourceAnnotationCollection Annotations => program.Annotations;
}
