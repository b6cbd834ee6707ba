namespace KvsRecords.Server.Errors;

/// <summary>The part of an error that a program can use beside the message.</summary>
/// <param name="ValidationErrors">The rules of its collection's schema that a record violates.</param>
internal sealed record ErrorData(IReadOnlyList<SchemaViolation> ValidationErrors);

/// <summary>One thing that a record violates of a schema.</summary>
/// <param name="Collection">The collection whose schema it is.</param>
/// <param name="InstancePath">Where in the record, as a JSON Pointer; "": the record itself.</param>
/// <param name="Keyword">The keyword of the schema that does not hold.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record SchemaViolation(string Collection, string InstancePath, string Keyword, string Message);
