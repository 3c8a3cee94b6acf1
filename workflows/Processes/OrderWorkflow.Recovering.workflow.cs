using Microsoft.Extensions.Logging;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Processes;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// How a step is taken, and what happens when it cannot be: after its patience, or an answer that repeating does not help, the order parks and an
/// operator chooses. Nothing is swallowed and the workflow never fails.
/// </summary>
public sealed partial class OrderWorkflow
{
    private const string Retry = "retry";
    private const string Skip = "skip";
    private const string Compensate = "compensate";

    private RecoverCommand? recovery;
    private int parkings;
    private int recoveries;
    private bool isUndoing;

    /// <summary>Takes a step with the record that belongs to it; repeated under the same key until it has an answer.</summary>
    private async Task<T> StepAsync<T>(OrderStep step, OrderRecord? record, Func<ActivityOptions, Task<T>> call)
    {
        while (true)
        {
            stepTaken = true;
            string error;
            try
            {
                return await call(step.Options(state.Policies.StepPatience));
            }
            catch (ActivityFailureException failure)
            {
                error = failure.InnerException?.Message ?? failure.Message;
            }

            if (await ParkAsync(step, record, error) == Skip)
            {
                return default!;
            }
        }
    }

    /// <summary>A step without an answer; <c>false</c>: an operator left it out.</summary>
    private Task<bool> StepAsync(OrderStep step, OrderRecord? record, Func<ActivityOptions, Task> call) =>
        StepAsync(step, record, async options =>
        {
            await call(options);
            return true;
        });

    /// <summary>Waits for an operator; answers <c>retry</c> or <c>skip</c>.</summary>
    /// <exception cref="CompensationChosenException">The operator chose to undo the order.</exception>
    private async Task<string> ParkAsync(OrderStep step, OrderRecord? record, string error)
    {
        // The step may have failed before it wrote its record.
        journal.PutBack(record);
        var mayUndo = true;
        while (true)
        {
            var parking = OrderTimeline.Sequence(++parkings);
            await AskOperatorAsync(step, error, ActionsAt(step, mayUndo), parking);
            var chosen = recovery!;
            if (chosen.Action != Compensate || await IsStoppedForUndoAsync())
            {
                return await RecoverFromAsync(step, chosen, parking);
            }

            recoveries = parkings;
            mayUndo = false;
            error += "; undoing is not possible any more: logistics could not stop every parcel";
        }
    }

    private async Task AskOperatorAsync(OrderStep step, string error, List<string> actions, string parking)
    {
        Workflow.Logger.LogWarning("Order {OrderId} waits for an operator at {Step}: {Error}", state.OrderId, step.Name, error);
        recovery = null;
        state = state with
        {
            Attention = new AttentionView(
                step.Name, error, actions, Workflow.UtcNow, actions.Contains(Compensate, StringComparer.Ordinal) ? state.WhatCompensationGivesBack : null),
        };
        Publish(EventTypes.NeedsAttention, new { state.OrderId, step = step.Name, error, actions }, parking);
        journal.Add(OrderTimeline.Notification(
            state.OrderId, Templates.Operators, Templates.NeedsAttention, parking, new { state.OrderId, step = step.Name, error, actions }));
        ShowAttention(step.Name);
        await RecordAsync();
        await Workflow.WaitConditionAsync(() => recovery is not null, CancellationToken.None);
    }

    private async Task<string> RecoverFromAsync(OrderStep step, RecoverCommand chosen, string parking)
    {
        Workflow.Logger.LogInformation("Order {OrderId} goes on at {Step}: {Action}", state.OrderId, step.Name, chosen.Action);
        recovery = null;
        state = state with { Attention = null };
        Publish(EventTypes.Recovered, new { state.OrderId, step = step.Name, chosen.Action, chosen.By, chosen.Note }, parking);
        ShowAttention(step: null);
        await RecordAsync();
        recoveries = parkings;
        return chosen.Action == Compensate ? throw new CompensationChosenException(step.Name) : chosen.Action;
    }

    /// <summary>Money and stock are never skipped; what is on its way to the customer is not undone, and an undo is not undone either.</summary>
    private List<string> ActionsAt(OrderStep step, bool mayUndo)
    {
        List<string> actions = [Retry];
        if (step.Skippable)
        {
            actions.Add(Skip);
        }

        if (mayUndo && !isUndoing && !state.IsDelivered && !state.IsClosed && !state.Shipments.Exists(shipment => shipment.IsUnderWay))
        {
            actions.Add(Compensate);
        }

        return actions;
    }

    private static SearchAttributeUpdate<string> StepAttribute(string? step) =>
        step is null ? OrderSearchAttributes.Step.ValueUnset() : OrderSearchAttributes.Step.ValueSet(step);

    private void ShowAttention(string? step) => Workflow.UpsertTypedSearchAttributes(
        OrderSearchAttributes.NeedsAttention.ValueSet(step is not null),
        StepAttribute(step),
        OrderSearchAttributes.Status.ValueSet(OrderSearchAttributes.Name(state.Status)));

    /// <summary>Runs a process; where an operator gives it up, the order is undone and ends.</summary>
    private async Task OrElseUndoAsync(Func<Task> process)
    {
        if (state.HasEnded)
        {
            return;
        }

        try
        {
            await process();
        }
        catch (CompensationChosenException)
        {
            await CloseAsync(CancelReason.Operator);
        }
    }
}
