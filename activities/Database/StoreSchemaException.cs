namespace OrderOrchestration.Activities.Database;

/// <summary>The database cannot serve this program; the message says why and is meant for an operator.</summary>
public sealed class StoreSchemaException(string message, Exception? innerException = null) : Exception(message, innerException);
