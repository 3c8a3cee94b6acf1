using System.Globalization;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>
/// 일별 정산 (seed §5.7) of one day: its lines are assigned, it is closed, every seller gets a statement, then the day is summed up. It works in pages and
/// its state is only its progress, so its size does not depend on the number of lines. A day that was settled before ends at once.
/// </summary>
[Workflow(SettlementTemporal.DayWorkflow)]
public sealed class SettlementWorkflow
{
    private readonly SettleDay input;
    private readonly SettlementIntervention intervention;
    private SettlementProgress progress;
    private int pages;

    [WorkflowInit]
    public SettlementWorkflow(SettleDay input)
    {
        this.input = input;
        progress = input.Progress ?? new SettlementProgress();
        var day = BusinessDay.Text(input.Day);
        intervention = new SettlementIntervention(new SettlementFailure(day, string.Empty, default, string.Empty, string.Empty, input.Day));
    }

    /// <summary>Settles the day; returns its sums.</summary>
    [WorkflowRun]
    public async Task<SettledDay> RunAsync(SettleDay input)
    {
        while (!progress.Closed)
        {
            await CloseAsync();
        }

        while (!progress.Stated)
        {
            await CreateStatementsAsync();
        }

        var settled = await intervention.StepAsync(SettlementStep.CompleteDay, options =>
            Workflow.ExecuteActivityAsync((ISettlementSteps own) => own.CompleteDayAsync(input.Day), options));
        await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        return settled;
    }

    [WorkflowUpdate("recover", Description = "Takes the step that waits for an operator again: retry.")]
    public Task RecoverAsync(RecoverCommand command) => intervention.RecoverAsync(command);

    [WorkflowUpdateValidator(nameof(RecoverAsync))]
    public void ValidateRecover(RecoverCommand command) => intervention.Validate(command);

    [WorkflowSignal("recover", Description = "The same as a batch operation; does nothing where nothing waits.")]
    public Task RecoverBySignalAsync(RecoverCommand command)
    {
        intervention.RecoverBySignal(command);
        return Task.CompletedTask;
    }

    private async Task CloseAsync()
    {
        var step = new CloseDay(input.Day, progress.LinesUpTo, input.LinesPerPage);
        var page = await intervention.StepAsync(SettlementStep.CloseDay, options =>
            Workflow.ExecuteActivityAsync((ISettlementSteps own) => own.CloseDayAsync(step), options));
        progress = progress with { LinesUpTo = page.UpTo, Lines = progress.Lines + page.Lines, Closed = page.Closed };
        Workflow.CurrentDetails = string.Create(
            CultureInfo.InvariantCulture, $"{input.Day:yyyy-MM-dd}: {progress.Lines:N0} lines taken{(page.Closed ? ", closed" : string.Empty)}.");
        await ContinueWithNextPageAsync();
    }

    private async Task CreateStatementsAsync()
    {
        var step = new CreateStatements(input.Day, progress.SellersUpTo, input.SellersPerPage);
        var page = await intervention.StepAsync(SettlementStep.CreateStatements, options =>
            Workflow.ExecuteActivityAsync((ISettlementSteps own) => own.CreateStatementsAsync(step), options));
        progress = progress with { SellersUpTo = page.UpTo ?? progress.SellersUpTo, Stated = page.UpTo is null };
        Workflow.CurrentDetails = $"{BusinessDay.Text(input.Day)}: closed, statements up to seller {progress.SellersUpTo}.";
        await ContinueWithNextPageAsync();
    }

    /// <summary>Continues as new after a number of pages, so that the history stays short; running handlers finish first.</summary>
    private async Task ContinueWithNextPageAsync()
    {
        if (++pages >= input.PagesPerRun || Workflow.ContinueAsNewSuggested)
        {
            await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
            var rest = input with { Progress = progress };
            throw Workflow.CreateContinueAsNewException((SettlementWorkflow next) => next.RunAsync(rest));
        }
    }
}

/// <summary>A day to settle.</summary>
/// <param name="Progress">The progress of an earlier run of the workflow.</param>
public sealed record SettleDay(
    DateOnly Day, SettlementProgress? Progress = null, int LinesPerPage = 5_000, int SellersPerPage = 200, int PagesPerRun = 100);

/// <summary>The progress of a settlement: cursors and a count, never lines.</summary>
public sealed record SettlementProgress(
    long LinesUpTo = 0, long Lines = 0, bool Closed = false, string? SellersUpTo = null, bool Stated = false);
