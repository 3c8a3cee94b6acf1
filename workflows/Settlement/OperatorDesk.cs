using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>
/// How a step of settlement is taken, and where it waits when it cannot be: after its patience, or an answer that repeating does not help, it is
/// told as <c>settlement.failed</c> and an operator says <c>retry</c>. Nothing else may be chosen: money is neither skipped nor undone.
/// </summary>
/// <param name="about">What the failure is about; its step and error are filled in here.</param>
internal sealed class OperatorDesk(SettlementFailure about)
{
    public const string Retry = "retry";

    private RecoverCommand? chosen;
    private int parkings;
    private int recoveries;

    public AttentionView? Attention { get; private set; }

    public async Task<T> StepAsync<T>(OrderStep step, Func<ActivityOptions, Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call(step.Options(SettlementStep.Patience));
            }
            catch (ActivityFailureException failure)
            {
                await ParkAsync(step, failure.InnerException?.Message ?? failure.Message);
            }
        }
    }

    public Task StepAsync(OrderStep step, Func<ActivityOptions, Task> call) =>
        StepAsync(step, async options =>
        {
            await call(options);
            return true;
        });

    /// <summary>Waits for an operator to say <c>retry</c>.</summary>
    /// <param name="orUntil">What else ends the waiting.</param>
    public async Task ParkAsync(OrderStep step, string error, Func<bool>? orUntil = null)
    {
        parkings++;
        chosen = null;
        var now = Workflow.UtcNow;
        Attention = new AttentionView(step.Name, error, [Retry], now);
        Workflow.CurrentDetails = $"**Waits for an operator** at {step.Name}: {error}. Possible: {Retry}.";
        SettlementTemporal.ShowAttention(step.Name);
        var failure = about with { FailureId = Workflow.NewGuid().ToString("N"), At = now, Step = step.Name, Error = error };
        await Workflow.ExecuteActivityAsync((ISettlementSteps own) => own.ReportFailureAsync(failure), SettlementStep.Report.Options(patience: null));

        await Workflow.WaitConditionAsync(() => chosen is not null || orUntil?.Invoke() == true, CancellationToken.None);
        Attention = null;
        Workflow.CurrentDetails = $"Goes on at {step.Name}.";
        SettlementTemporal.ShowAttention(step: null);
        await Workflow.ExecuteActivityAsync(
            (ISettlementSteps own) => own.ResolveFailureAsync(about.Subject), SettlementStep.Report.Options(patience: null));
        recoveries = parkings;
    }

    /// <summary>The update <c>recover</c>: answers when the step is being taken again.</summary>
    public async Task RecoverAsync(RecoverCommand command)
    {
        var parking = parkings;
        chosen = command;
        await Workflow.WaitConditionAsync(() => recoveries >= parking, CancellationToken.None);
    }

    /// <summary>The signal <c>recover</c>, as of a batch operation: does nothing where nothing waits.</summary>
    public void Hear(RecoverCommand command)
    {
        if (RefusalOf(command) is null)
        {
            chosen = command;
        }
    }

    /// <exception cref="ApplicationFailureException">Nothing waits, or the action is not one of those possible.</exception>
    public void Admit(RecoverCommand command)
    {
        if (RefusalOf(command) is { } refusal)
        {
            throw OrderFailure.Of(refusal);
        }
    }

    private Refusal? RefusalOf(RecoverCommand command) => (Attention, command.Action) switch
    {
        (null, _) => Refusal.Of(RefusalSlugs.NotStuck, "Nothing waits for an operator here."),
        (_, Retry) => null,
        _ => Refusal.Of(RefusalSlugs.ActionNotAllowed, "Money is neither skipped nor undone.", new { allowed = new[] { Retry } }),
    };
}
