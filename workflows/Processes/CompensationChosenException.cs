namespace OrderOrchestration.Workflows.Processes;

/// <summary>An operator chose to give up a stuck step and undo the order: the process that asked for the step ends here.</summary>
public sealed class CompensationChosenException(string step) : Exception($"an operator chose to undo the order at {step}");
