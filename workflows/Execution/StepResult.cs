namespace OrderOrchestration.Workflows.Execution;

/// <summary>What became of a step: its answer, or what an operator chose in its place.</summary>
public sealed record StepResult<T>(T? Answer, Orders.Attention? Resolved)
{
    /// <summary>What an operator chose instead of the step; <c>null</c>: there is an answer.</summary>
    public string? Resolution => Resolved?.Resolution;
}
