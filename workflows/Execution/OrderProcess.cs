using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Steps;
using OrderOrchestration.Workflows.Tracing;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>
/// One business process of an order, run in parallel with the others. Its <see cref="ExecuteAsync"/> awaits only what it needs itself and can be entered
/// at any stage: stages that the order shows as done are skipped, and a call that was not answered is made again under its own idempotency key. A call
/// that fails waits for manual intervention and blocks only this process.
/// </summary>
/// <param name="name">One of <see cref="ProcessNames"/>, as shown to operators.</param>
/// <param name="key">Identifies the process within its order: <c>return/r-1</c>.</param>
#pragma warning disable CA1001 // A cancellation source without a timer has nothing to release, and a workflow may not dispose across replays.
public abstract class OrderProcess(OrderRun run, string name, string key)
#pragma warning restore CA1001
{
    /// <summary>How long an update waits for another team's answer before its caller gets the state decided so far.</summary>
    protected static readonly TimeSpan CallerTimeout = TimeSpan.FromSeconds(2);

    private const string UnexpectedError = "unexpected-error";

    private readonly CancellationTokenSource stop = new();

    /// <summary>The trace of the message that the process acts for: the one that started it, or that fulfilled the condition it waited for.</summary>
    private string? cause = run.Cause;

    public string Key { get; } = key;

    public bool IsFinished { get; private set; }

    protected OrderRun Run { get; } = run;

    protected Order Order => Run.Order;

    protected string OrderId => Run.Order.OrderId;

    protected CancellationToken Stopped => stop.Token;

    protected static DateTimeOffset Now => Workflow.UtcNow;

    private Interventions Interventions => field ??= new Interventions(Run, name, Key, change => Record(change));

    /// <summary>Runs <see cref="ExecuteAsync"/> to its end; never throws.</summary>
    public async Task RunAsync()
    {
        while (!await RunOnceAsync())
        {
            // An unexpected error became an intervention: the next run waits for the operator's retry.
        }

        Interventions.CloseAll();
        IsFinished = true;
    }

    /// <summary>Whether the current state of the order needs the process; a process that is not needed is stopped.</summary>
    public abstract bool IsNeeded { get; }

    /// <summary>
    /// Cancels what the process awaits, because the order no longer needs it. A call in progress is harmless, because it is idempotent under its own
    /// key.
    /// </summary>
    public void Stop()
    {
        if (!stop.IsCancellationRequested)
        {
            stop.Cancel();
        }
    }

    /// <summary>The steps and waits of the process, top to bottom.</summary>
    protected abstract Task ExecuteAsync();

    /// <summary>An idempotency key: <c>orderId/step/sequence</c>, never made of an attempt of a retry.</summary>
    protected string KeyOf(string step, object sequence) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{OrderId}/{step}/{sequence}");

    protected void Record(params IReadOnlyList<DomainEvent> changes)
    {
        using var scope = TraceCause.Use(cause);
        Run.Record(changes);
    }

    /// <summary>Waits until a condition holds or a deadline has elapsed; <c>false</c>: timeout.</summary>
    protected async Task<bool> WaitAsync(Func<bool> condition, DateTimeOffset deadline, string summary)
    {
        var changes = Run.Changes;
        var isFulfilled = await Run.Timer.WaitAsync(() => condition() || !IsNeeded, deadline, summary, Stopped);
        ThrowIfNotNeeded();
        cause = isFulfilled && Run.Changes != changes ? Run.Cause : cause;
        return isFulfilled;
    }

    protected async Task WaitAsync(Func<bool> condition)
    {
        var changes = Run.Changes;
        await Workflow.WaitConditionAsync(() => condition() || !IsNeeded, Stopped);
        ThrowIfNotNeeded();
        cause = Run.Changes != changes ? Run.Cause : cause;
    }

    /// <summary>Ends the process if the order no longer needs it.</summary>
    protected void ThrowIfNotNeeded()
    {
        if (!IsNeeded)
        {
            Stop();
        }

        Stopped.ThrowIfCancellationRequested();
    }

    /// <summary>Executes a step that cannot be skipped: retried until it has an answer.</summary>
    protected async Task<T> CallAsync<T>(ActivityStep step, Func<OrderRecord?, ActivityOptions, Task<T>> call, bool carriesRecord = true)
    {
        var result = await TryCallAsync(step, call, carriesRecord: carriesRecord);
        return result.Resolution is null ? result.Answer! : throw new InvalidOperationException($"{step.Name} cannot be skipped");
    }

    /// <summary>The same without a record: an order that no caller has seen yet is not stored, so that a refused order leaves no rows.</summary>
    protected Task<T> CallUnrecordedAsync<T>(ActivityStep step, Func<ActivityOptions, Task<T>> call) =>
        CallAsync(step, (_, options) => call(options), carriesRecord: false);

    /// <summary>
    /// Executes a step that an operator may resolve in another way; the caller then records the consequence together with <see cref="Acted"/>.
    /// </summary>
    /// <param name="endMeans">What the action <c>end</c> means here; absent if it is not allowed.</param>
    /// <param name="carriesRecord">Whether the step's activity writes the record before it calls the team.</param>
    protected async Task<StepResult<T>> TryCallAsync<T>(
        ActivityStep step, Func<OrderRecord?, ActivityOptions, Task<T>> call, string? endMeans = null, bool carriesRecord = true)
    {
        while (true)
        {
            ThrowIfNotNeeded();
            if (await ResolutionOfAsync(step.Name) is { } resolved)
            {
                return new StepResult<T>(default, resolved);
            }

            var record = carriesRecord && Run.IsShown ? Run.TakeRecord() : null;
            try
            {
                var answer = await CallInTraceAsync(call, record, step.Options(Order.Policies.StepPatience, Stopped));
                Written(record);
                return new StepResult<T>(answer, null);
            }
            catch (ActivityFailureException failure)
            {
                PutBack(record);
                ThrowIfSupersededOrStopped(failure);
                OnFailure(step, failure);
                Interventions.Raise(step, failure.Reason, failure.IsFinal, endMeans);
            }
        }
    }

    /// <summary>Records what a failed step had already done; called before an intervention is requested.</summary>
    protected virtual void OnFailure(ActivityStep step, ActivityFailureException failure)
    {
        // Most steps have no partial result.
    }

    /// <summary>Executes a step with one try within a limit; <c>null</c>: no answer.</summary>
    protected async Task<T?> TryOnceAsync<T>(ActivityStep step, TimeSpan limit, Func<OrderRecord?, ActivityOptions, Task<T>> call)
        where T : class
    {
        var record = Run.IsShown ? Run.TakeRecord() : null;
        try
        {
            var answer = await CallInTraceAsync(call, record, step.OptionsForOneTry(limit, Stopped));
            Written(record);
            return answer;
        }
        catch (ActivityFailureException failure)
        {
            PutBack(record);
            ThrowIfSupersededOrStopped(failure);
            return null;
        }
    }

    /// <summary>Makes a call within the trace of the message that caused it.</summary>
    private Task<T> CallInTraceAsync<T>(Func<OrderRecord?, ActivityOptions, Task<T>> call, OrderRecord? record, ActivityOptions options)
    {
        using var scope = TraceCause.Use(cause);
        return call(record, options);
    }

    /// <summary>
    /// Executes a step that an update waits for: after one try without an answer the update returns the state decided so far, and the step continues.
    /// </summary>
    protected async Task<T> CallForUpdateAsync<T>(ActivityStep step, Func<OrderRecord?, ActivityOptions, Task<T>> call)
        where T : class
    {
        if (await TryOnceAsync(step, CallerTimeout, call) is { } answer)
        {
            return answer;
        }

        Run.Unanswered.Add(Key);
        return await CallAsync(step, call);
    }

    /// <summary>Requests an intervention for something that no call can resolve, and waits for the operator's decision.</summary>
    protected async Task<Attention> RequestInterventionAsync(ActivityStep step, string error, IReadOnlyList<string> actions, string? endMeans = null)
    {
        Interventions.Raise(step.Name, error, actions, endMeans);
        return (await WaitForResolutionAsync(step.Name))!;
    }

    /// <summary>The same while the problem persists; <c>null</c>: it resolved itself.</summary>
    protected async Task<Attention?> RequestInterventionWhileAsync(ActivityStep step, string error, Func<bool> persists, string endMeans)
    {
        Interventions.Raise(step.Name, error, [RecoveryActions.Retry, RecoveryActions.End], endMeans);
        await WaitAsync(() => !persists() || !Interventions.IsOpen(step.Name));
        if (!persists())
        {
            Settle(step);
            return null;
        }

        return Interventions.Find(step.Name);
    }

    /// <summary>Closes an intervention: the process has acted on the operator's decision.</summary>
    protected static AttentionClosed Acted(Attention resolved) => new(Now, resolved.AttentionId);

    /// <summary>Closes an intervention whose problem has resolved itself.</summary>
    protected void Settle(ActivityStep step) => Interventions.Close(step.Name);

    private async Task<bool> RunOnceAsync()
    {
        try
        {
            if (await ResolutionOfAsync(UnexpectedError) is not null)
            {
                return true;
            }

            await ExecuteAsync();
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return true;
        }
        catch (OrderSupersededException)
        {
            Run.Supersede();
            return true;
        }
#pragma warning disable CA1031 // An unexpected exception becomes an intervention: the order is unchanged, and a fixed program continues on retry.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            UnexpectedWorkflowExceptions.Report(exception, OrderId, Key);
            Interventions.Raise(UnexpectedError, $"{exception.GetType().Name}: {exception.Message}", [RecoveryActions.Retry], endMeans: null);
            return false;
        }
    }

    /// <summary>Waits until the intervention of a step is resolved; <c>null</c>: the step may be executed (again).</summary>
    private async Task<Attention?> ResolutionOfAsync(string step)
    {
        if (Interventions.Find(step) is null)
        {
            return null;
        }

        var resolved = await WaitForResolutionAsync(step);
        if (resolved is null || resolved.Resolution != RecoveryActions.Retry)
        {
            return resolved;
        }

        Interventions.Close(step);
        return null;
    }

    private async Task<Attention?> WaitForResolutionAsync(string step)
    {
        await WaitAsync(() => !Interventions.IsOpen(step));
        return Interventions.Find(step);
    }

    /// <summary>Returns a record to the outbox batch: the step may have failed before it wrote the record.</summary>
    private void PutBack(OrderRecord? record)
    {
        if (record is not null)
        {
            Run.PutBack(record);
        }
    }

    private void Written(OrderRecord? record)
    {
        if (record is not null)
        {
            Run.Written(record);
        }
    }

    private void ThrowIfSupersededOrStopped(ActivityFailureException failure)
    {
        if (failure.IsSuperseded)
        {
            throw new OrderSupersededException();
        }

        Stopped.ThrowIfCancellationRequested();
    }
}
