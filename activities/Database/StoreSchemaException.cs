namespace OrderOrchestration.Activities.Database;

/// <summary>The database is not usable by this program; the message gives the reason for an operator.</summary>
public sealed class StoreSchemaException(string message, Exception? innerException = null) : Exception(message, innerException);
