namespace OrderOrchestration.Partners.State;

/// <summary>The teams' state file cannot be used; the message contains the file and the reason.</summary>
public sealed class StateFileException(string message, Exception? inner = null) : IOException(message, inner);
