namespace KvsRecords.Server.Errors;

/// <summary>What a program can do something with beside the message of an error.</summary>
/// <param name="ValidationErrors">What a record violates of its collection's schema.</param>
internal sealed record ErrorData(IReadOnlyList<SchemaViolation> ValidationErrors);

/// <summary>One thing that a record violates of a schema.</summary>
/// <param name="Collection">The collection whose schema it is.</param>
/// <param name="InstancePath">Where in the record, as a JSON Pointer; "": the record itself.</param>
/// <param name="Keyword">The keyword of the schema that does not hold.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record SchemaViolation(string Collection, string InstancePath, string Keyword, string Message);
