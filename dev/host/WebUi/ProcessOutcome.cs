namespace OrderOrchestration.DevHost.WebUi;

/// <summary>A program's exit code (0 is success) and its output lines, both streams in the order of arrival.</summary>
public sealed record ProcessOutcome(int ExitCode, IReadOnlyList<string> Lines);
