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
/// One business process of an order, run beside the others. Its story awaits only what it needs itself and can be entered at any stage: stages that the
/// order shows as done are passed over, and a call that was not answered is made again under its own idempotency key. A call that cannot be done
/// waits for an operator and holds up nothing but this process.
/// </summary>
/// <param name="name">One of <see cref="ProcessNames"/>: how operators see it.</param>
/// <param name="key">Which one of the order: <c>return/r-1</c>.</param>
#pragma warning disable CA1001 // A cancellation source without a timer holds nothing to release, and a workflow may not dispose across replays.
public abstract class OrderProcess(OrderRun run, string name, string key)
#pragma warning restore CA1001
{
    /// <summary>How long a person waits for another team's answer.</summary>
    protected static readonly TimeSpan PersonsTimeout = TimeSpan.FromSeconds(2);

    private const string UnexpectedError = "unexpected-error";

    private readonly CancellationTokenSource stop = new();

    /// <summary>The trace of the message that the process acts for: the one that set it going, or brought about what it waited for.</summary>
    private string? cause = run.Cause;

    public string Key { get; } = key;

    public bool IsFinished { get; private set; }

    protected OrderRun Run { get; } = run;

    protected Order Order => Run.Order;

    protected string OrderId => Run.Order.OrderId;

    protected CancellationToken Stopped => stop.Token;

    protected static DateTimeOffset Now => Workflow.UtcNow;

    private Interventions Interventions => field ??= new Interventions(Run, name, Key, change => Record(change));

    /// <summary>Runs the story to its end; never throws.</summary>
    public async Task RunAsync()
    {
        while (!await RunOnceAsync())
        {
            // An operator had the process entered anew after an unexpected error.
        }

        Interventions.CloseAll();
        IsFinished = true;
    }

    /// <summary>Whether the order needs the process as it now stands; one that it does not need is stopped.</summary>
    public abstract bool IsNeeded { get; }

    /// <summary>The order no longer needs the process: what it awaits is given up. Calls under way are harmless, for they have keys of their own.</summary>
    public void Stop()
    {
        if (!stop.IsCancellationRequested)
        {
            stop.Cancel();
        }
    }

    /// <summary>What is done and awaited, top to bottom.</summary>
    protected abstract Task StoryAsync();

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
        var holds = await Run.Timer.WaitAsync(() => condition() || !IsNeeded, deadline, summary, Stopped);
        ThrowIfNotNeeded();
        cause = holds && Run.Changes != changes ? Run.Cause : cause;
        return holds;
    }

    protected async Task WaitAsync(Func<bool> condition)
    {
        var changes = Run.Changes;
        await Workflow.WaitConditionAsync(() => condition() || !IsNeeded, Stopped);
        ThrowIfNotNeeded();
        cause = Run.Changes != changes ? Run.Cause : cause;
    }

    /// <summary>Ends the story where the order no longer needs it.</summary>
    protected void ThrowIfNotNeeded()
    {
        if (!IsNeeded)
        {
            Stop();
        }

        Stopped.ThrowIfCancellationRequested();
    }

    /// <summary>A step that must be done: repeated until it has an answer.</summary>
    protected async Task<T> CallAsync<T>(ActivityStep step, Func<OrderRecord?, ActivityOptions, Task<T>> call, bool carriesRecord = true)
    {
        var result = await TryCallAsync(step, call, carriesRecord: carriesRecord);
        return result.Resolution is null ? result.Answer! : throw new InvalidOperationException($"{step.Name} cannot be left out");
    }

    /// <summary>The same without a record: of an order that nobody has been shown yet nothing is written, for one that is refused leaves nothing.</summary>
    protected Task<T> CallUnrecordedAsync<T>(ActivityStep step, Func<ActivityOptions, Task<T>> call) =>
        CallAsync(step, (_, options) => call(options), carriesRecord: false);

    /// <summary>A step that an operator may resolve otherwise; then the caller records what that means together with <see cref="Acted"/>.</summary>
    /// <param name="endMeans">What <c>end</c> means here; absent where it may not be chosen.</param>
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
                var answer = await MadeAsync(call, record, step.Options(Order.Policies.StepPatience, Stopped));
                Written(record);
                return new StepResult<T>(answer, null);
            }
            catch (ActivityFailureException failure)
            {
                PutBack(record);
                ThrowIfMoot(failure);
                OnFailure(step, failure);
                Interventions.Raise(step, failure.Reason, failure.IsFinal, endMeans);
            }
        }
    }

    /// <summary>What a failed step had done; called before an operator is asked.</summary>
    protected virtual void OnFailure(ActivityStep step, ActivityFailureException failure)
    {
        // Most steps do one thing.
    }

    /// <summary>One try within seconds; <c>null</c>: no answer.</summary>
    protected async Task<T?> TryOnceAsync<T>(ActivityStep step, TimeSpan limit, Func<OrderRecord?, ActivityOptions, Task<T>> call)
        where T : class
    {
        var record = Run.IsShown ? Run.TakeRecord() : null;
        try
        {
            var answer = await MadeAsync(call, record, step.OptionsForOneTry(limit, Stopped));
            Written(record);
            return answer;
        }
        catch (ActivityFailureException failure)
        {
            PutBack(record);
            ThrowIfMoot(failure);
            return null;
        }
    }

    /// <summary>Makes a call in the name of the message that it is made for.</summary>
    private Task<T> MadeAsync<T>(Func<OrderRecord?, ActivityOptions, Task<T>> call, OrderRecord? record, ActivityOptions options)
    {
        using var scope = TraceCause.Use(cause);
        return call(record, options);
    }

    /// <summary>A step that a person waits for: after one try within seconds the person is answered by what is decided so far, and the step goes on.</summary>
    protected async Task<T> CallForPersonAsync<T>(ActivityStep step, Func<OrderRecord?, ActivityOptions, Task<T>> call)
        where T : class
    {
        if (await TryOnceAsync(step, PersonsTimeout, call) is { } answer)
        {
            return answer;
        }

        Run.Unanswered.Add(Key);
        return await CallAsync(step, call);
    }

    /// <summary>Asks an operator about something that no call can settle, and waits for the choice.</summary>
    protected async Task<Attention> AskOperatorAsync(ActivityStep step, string error, IReadOnlyList<string> actions, string? endMeans = null)
    {
        Interventions.Raise(step.Name, error, actions, endMeans);
        return (await WaitForResolutionAsync(step.Name))!;
    }

    /// <summary>The same as long as the question stands; <c>null</c>: it settled itself.</summary>
    protected async Task<Attention?> AskWhileAsync(ActivityStep step, string error, Func<bool> stands, string endMeans)
    {
        Interventions.Raise(step.Name, error, [RecoveryActions.Retry, RecoveryActions.End], endMeans);
        await WaitAsync(() => !stands() || !Interventions.IsOpen(step.Name));
        if (!stands())
        {
            Settle(step);
            return null;
        }

        return Interventions.Find(step.Name);
    }

    /// <summary>The process has acted on an operator's choice.</summary>
    protected static AttentionClosed Acted(Attention resolved) => new(Now, resolved.AttentionId);

    /// <summary>Closes an intervention whose question has settled itself.</summary>
    protected void Settle(ActivityStep step) => Interventions.Close(step.Name);

    private async Task<bool> RunOnceAsync()
    {
        try
        {
            if (await ResolutionOfAsync(UnexpectedError) is not null)
            {
                return true;
            }

            await StoryAsync();
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
#pragma warning disable CA1031 // A surprise in workflow code is an operator's: the process waits, the order is as it was, and a mended program goes on by retry.
        catch (Exception surprise)
#pragma warning restore CA1031
        {
            WorkflowSurprises.Report(surprise, OrderId, Key);
            Interventions.Raise(UnexpectedError, $"{surprise.GetType().Name}: {surprise.Message}", [RecoveryActions.Retry], endMeans: null);
            return false;
        }
    }

    /// <summary>Waits while a step waits for an operator; <c>null</c>: it may be called (again).</summary>
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

    /// <summary>The step may have failed before it wrote its record.</summary>
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

    private void ThrowIfMoot(ActivityFailureException failure)
    {
        if (failure.IsSuperseded)
        {
            throw new OrderSupersededException();
        }

        Stopped.ThrowIfCancellationRequested();
    }
}
