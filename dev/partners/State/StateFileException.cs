namespace OrderOrchestration.Partners.State;

/// <summary>The teams' state file cannot be used; the message names the file and says why.</summary>
public sealed class StateFileException(string message, Exception? inner = null) : IOException(message, inner);
