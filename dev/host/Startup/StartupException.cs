namespace OrderOrchestration.DevHost.Startup;

/// <summary>Something outside the program keeps it from starting. The message is one line for the person at the terminal; there is no stack trace to read.</summary>
public sealed class StartupException(string message) : Exception(message);
