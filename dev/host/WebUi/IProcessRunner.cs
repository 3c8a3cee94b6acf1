namespace OrderOrchestration.DevHost.WebUi;

/// <summary>Runs a program of the machine to its end. The seam at which tests stand in for Node and npm.</summary>
public interface IProcessRunner
{
    /// <summary>Runs <paramref name="program"/>, found by the PATH, in <paramref name="directory"/> and waits for its end.</summary>
    /// <param name="cancel">Ends the program with everything it has started.</param>
    /// <returns>What it wrote and how it ended, or null if there is no such program.</returns>
    Task<ProcessOutcome?> RunAsync(string program, IReadOnlyList<string> arguments, string directory, CancellationToken cancel);
}
