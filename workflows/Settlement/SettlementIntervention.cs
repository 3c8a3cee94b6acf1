using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>
/// Executes the activities of settlement; one that cannot be completed waits for manual intervention. After the step's timeout, or a failure that a
/// retry cannot resolve, <c>settlement.failed</c> is published and an operator chooses <c>retry</c>. Some steps may also be ended with a note. Payments
/// can be neither skipped nor compensated.
/// </summary>
/// <param name="about">What the failure is about; its step and error are filled in here.</param>
internal sealed class SettlementIntervention(SettlementFailure about)
{
    private static readonly string[] RetryOnly = [RecoveryActions.Retry];
    private static readonly string[] RetryOrEnd = [RecoveryActions.Retry, RecoveryActions.End];

    private RecoverCommand? chosen;
    private int waits;
    private int recoveries;

    public AttentionView? Attention { get; private set; }

    /// <summary>Executes a step until it is done.</summary>
    public async Task<T> StepAsync<T>(ActivityStep step, Func<ActivityOptions, Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call(step.Options(SettlementStep.Timeout, CancellationToken.None));
            }
            catch (ActivityFailureException failure)
            {
                await AwaitRetryAsync(step, failure.InnerException?.Message ?? failure.Message);
            }
        }
    }

    public Task StepAsync(ActivityStep step, Func<ActivityOptions, Task> call) =>
        StepAsync(step, async options =>
        {
            await call(options);
            return true;
        });

    /// <summary>Executes a step that an operator may end; <c>false</c>: an operator ended it.</summary>
    public async Task<bool> TryStepAsync(ActivityStep step, Func<ActivityOptions, Task> call)
    {
        while (true)
        {
            try
            {
                await call(step.Options(SettlementStep.Timeout, CancellationToken.None));
                return true;
            }
            catch (ActivityFailureException failure)
            {
                if (await AwaitDecisionAsync(step, failure.InnerException?.Message ?? failure.Message) == RecoveryActions.End)
                {
                    return false;
                }
            }
        }
    }

    /// <summary>Waits for an operator to choose <c>retry</c>.</summary>
    /// <param name="orUntil">A condition that also ends the wait.</param>
    public Task AwaitRetryAsync(ActivityStep step, string error, Func<bool>? orUntil = null) => WaitAsync(step, error, RetryOnly, orUntil);

    /// <summary>Waits for an operator to choose <c>retry</c> or <c>end</c>, and returns the action; <c>null</c>: the condition ended the wait.</summary>
    public Task<string?> AwaitDecisionAsync(ActivityStep step, string error, Func<bool>? orUntil = null) => WaitAsync(step, error, RetryOrEnd, orUntil);

    /// <summary>The update <c>recover</c>: returns when the step is executed again.</summary>
    public async Task RecoverAsync(RecoverCommand command)
    {
        var wait = waits;
        chosen = command;
        await Workflow.WaitConditionAsync(() => recoveries >= wait, CancellationToken.None);
    }

    /// <summary>The signal <c>recover</c>, as sent by a batch operation: ignored if nothing waits.</summary>
    public void RecoverBySignal(RecoverCommand command)
    {
        if (RefusalOf(command) is null)
        {
            chosen = command;
        }
    }

    /// <exception cref="ApplicationFailureException">Nothing waits, or the action is not allowed.</exception>
    public void Validate(RecoverCommand command)
    {
        if (RefusalOf(command) is { } refusal)
        {
            throw OrderFailure.Of(refusal);
        }
    }

    private async Task<string?> WaitAsync(ActivityStep step, string error, IReadOnlyList<string> actions, Func<bool>? orUntil)
    {
        waits++;
        chosen = null;
        var now = Workflow.UtcNow;
        Attention = new AttentionView("settlement", "settlement", step.Name, error, actions, now);
        Workflow.CurrentDetails = $"**Waits for an operator** at {step.Name}: {error}. Possible: {string.Join(", ", actions)}.";
        SettlementTemporal.ShowAttention(step.Name);
        var failure = about with { FailureId = Workflow.NewGuid().ToString("N"), At = now, Step = step.Name, Error = error, Actions = actions };
        await Workflow.ExecuteActivityAsync((ISettlementSteps own) => own.ReportFailureAsync(failure), SettlementStep.Report.Options(timeout: null, CancellationToken.None));

        await Workflow.WaitConditionAsync(() => chosen is not null || orUntil?.Invoke() == true, CancellationToken.None);
        var action = chosen?.Action;
        Attention = null;
        Workflow.CurrentDetails = $"Goes on at {step.Name}.";
        SettlementTemporal.ShowAttention(step: null);
        await Workflow.ExecuteActivityAsync(
            (ISettlementSteps own) => own.ResolveFailureAsync(about.Subject), SettlementStep.Report.Options(timeout: null, CancellationToken.None));
        recoveries = waits;
        return action;
    }

    private Refusal? RefusalOf(RecoverCommand command) =>
        Attention is not { } attention ? Refusal.Of(RefusalSlugs.NotStuck, "Nothing waits for an operator here.")
        : !attention.Actions.Contains(command.Action, StringComparer.Ordinal)
            ? Refusal.Of(RefusalSlugs.ActionNotAllowed, "Money is neither skipped nor undone.", new { allowed = attention.Actions })
        : command is { Action: RecoveryActions.End, Note: null or "" }
            ? Refusal.Of(RefusalSlugs.ActionNotAllowed, "This action needs a note.", new { step = attention.Step, missing = "note" })
        : null;
}
