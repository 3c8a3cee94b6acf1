namespace OrderOrchestration.DevHost.WebUi;

/// <summary>How a program ended: its exit code (0 is success) and the lines it wrote, both streams in the order they came.</summary>
public sealed record ProcessOutcome(int ExitCode, IReadOnlyList<string> Lines);
