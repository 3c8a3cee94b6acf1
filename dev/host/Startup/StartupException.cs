namespace OrderOrchestration.DevHost.Startup;

/// <summary>The host cannot start because of its environment. The message is one line for the terminal, printed without a stack trace.</summary>
public sealed class StartupException(string message) : Exception(message);
