namespace OrderOrchestration.Workflows.Execution;

/// <summary>The result of a step: its answer, or the operator's decision in place of one.</summary>
public sealed record StepResult<T>(T? Answer, Orders.Attention? Resolved)
{
    /// <summary>The action that an operator chose instead of the step; <c>null</c>: there is an answer.</summary>
    public string? Resolution => Resolved?.Resolution;
}
