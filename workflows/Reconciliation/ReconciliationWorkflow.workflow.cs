using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>
/// 결제 대사 of one day: the payment team's list is compared with the ledgers page by page, then our own entries of the day with the list. The workflow
/// state is only its progress, so its size does not depend on the number of payments. A repeated run compares again.
/// </summary>
[Workflow(ReconciliationTemporal.DayWorkflow)]
public sealed class ReconciliationWorkflow
{
    private ReconcileDay input;
    private ReconciliationProgress? progress;
    private ActivityStep step = ReconciliationStep.Begin;
    private int steps;

    [WorkflowInit]
    public ReconciliationWorkflow(ReconcileDay input)
    {
        this.input = input;
        progress = input.Progress;
    }

    /// <summary>Compares the day; returns the resulting status.</summary>
    [WorkflowRun]
    public async Task<ReconciliationStatus> RunAsync(ReconcileDay input)
    {
        try
        {
            await CompareAsync();
            return ReconciliationStatus.Completed;
        }
        catch (ActivityFailureException failure)
        {
            var error = failure.InnerException?.Message ?? failure.Message;
            var failed = new ReconciliationFailure(input.Day, progress?.Run ?? 0, Workflow.UtcNow, step.Name, error);
            Workflow.CurrentDetails = $"{BusinessDay.Text(input.Day)}: failed at {step.Name}, {error}.";
            await Workflow.ExecuteActivityAsync(
                (IReconciliationActivities own) => own.FailReconciliationAsync(failed), ReconciliationStep.Fail.Options(timeout: null, CancellationToken.None));
            return ReconciliationStatus.Failed;
        }
    }

    private async Task CompareAsync()
    {
        if (progress is null)
        {
            var run = await CallAsync(ReconciliationStep.Begin, options =>
                Workflow.ExecuteActivityAsync((IReconciliationActivities own) => own.BeginReconciliationAsync(input.Day), options));
            progress = new ReconciliationProgress(run, ReconciliationTotals.Nothing);
        }

        while (!progress.TheirsCompared)
        {
            await CompareTheirsAsync(progress);
        }

        while (!progress.OursCompared)
        {
            await CompareOursAsync(progress);
        }

        await CallAsync(ReconciliationStep.Complete, async options =>
        {
            await Workflow.ExecuteActivityAsync(
                (IReconciliationActivities own) => own.CompleteReconciliationAsync(input.Day, progress.Run, progress.Totals), options);
            return true;
        });
    }

    private async Task CompareTheirsAsync(ReconciliationProgress before)
    {
        var request = new CompareTheirs(input.Day, before.Run, before.Cursor, input.PaymentsPerStep);
        var compared = await CallAsync(ReconciliationStep.CompareTheirs, options =>
            Workflow.ExecuteActivityAsync((IReconciliationActivities own) => own.CompareTheirsAsync(request), ReconciliationStep.WithHeartbeat(options)));
        progress = before with
        {
            Totals = before.Totals.Plus(compared.Totals),
            Cursor = compared.NextCursor,
            TheirsCompared = compared.IsWhole,
        };
        NextStep();
    }

    private async Task CompareOursAsync(ReconciliationProgress before)
    {
        var request = new CompareOurs(input.Day, before.Run, before.After, input.PaymentsPerStep);
        var compared = await CallAsync(ReconciliationStep.CompareOurs, options =>
            Workflow.ExecuteActivityAsync((IReconciliationActivities own) => own.CompareOursAsync(request), ReconciliationStep.WithHeartbeat(options)));
        progress = before with { Totals = before.Totals.Plus(compared.Totals), After = compared.UpTo, OursCompared = compared.UpTo is null };
        NextStep();
    }

    private Task<T> CallAsync<T>(ActivityStep next, Func<ActivityOptions, Task<T>> call)
    {
        step = next;
        return call(next.Options(ReconciliationStep.Timeout, CancellationToken.None));
    }

    /// <summary>Continues as new after a number of steps, so that the history stays short whatever the day's size.</summary>
    private void NextStep()
    {
        var totals = progress!.Totals;
        Workflow.CurrentDetails = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{BusinessDay.Text(input.Day)}: {totals.Payments:N0} payments compared, {totals.Differences:N0} differences{(progress.TheirsCompared ? "; the payment team's list is done" : string.Empty)}.");
        if ((++steps >= input.StepsPerRun || Workflow.ContinueAsNewSuggested) && !progress.OursCompared)
        {
            input = input with { Progress = progress };
            var rest = input;
            throw Workflow.CreateContinueAsNewException((ReconciliationWorkflow next) => next.RunAsync(rest));
        }
    }
}
