namespace OrderOrchestration.DevHost.WebUi;

/// <summary>Runs an installed program until it exits. Tests replace it to simulate Node and npm.</summary>
public interface IProcessRunner
{
    /// <summary>Runs <paramref name="program"/>, found on the PATH, in <paramref name="directory"/> and waits until it exits.</summary>
    /// <param name="cancel">Kills the program and its child processes.</param>
    /// <returns>Its output and exit code, or null if there is no such program.</returns>
    Task<ProcessOutcome?> RunAsync(string program, IReadOnlyList<string> arguments, string directory, CancellationToken cancel);
}
