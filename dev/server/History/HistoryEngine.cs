using System.Collections.Concurrent;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.History;

/// <summary>Finds runs, loads them from the store on demand, and has the services that they share.</summary>
internal sealed class HistoryEngine
{
    /// <summary>
    /// How many closed runs stay in memory for pending long polls; the others are loaded on demand. A small number, because objects that die after a
    /// medium lifetime are the most expensive for the garbage collector.
    /// </summary>
    private const int ClosedRunsInMemory = 64;

    private readonly ConcurrentDictionary<string, WorkflowRun> runs = new();
    private readonly ConcurrentDictionary<(string Namespace, string WorkflowId), string> current = new();
    private readonly ConcurrentQueue<WorkflowRun> closed = new();
    private readonly Action<MutableState> publishVisibility;

    public HistoryEngine(IWorkflowStore store, VirtualClock clock, TaskQueues taskQueues, Action<MutableState> publishVisibility)
    {
        Store = store;
        Clock = clock;
        TaskQueues = taskQueues;
        Transfers = new TransferDelivery(this);
        this.publishVisibility = publishVisibility;
    }

    public IWorkflowStore Store { get; }

    public VirtualClock Clock { get; }

    public TaskQueues TaskQueues { get; }

    public TransferDelivery Transfers { get; }

    /// <summary>Gets or sets a function that returns whether a deployment version is drained.</summary>
    public Func<string, WorkerVersion, bool> IsDrained { get; set; } = static (_, _) => false;

    /// <summary>Gets the runs whose mutable state is in memory.</summary>
    public required ResidentRuns Residents { get; init; }

    /// <summary>Gets or sets a function that returns a namespace's retention.</summary>
    public Func<string, TimeSpan> RetentionOf { get; set; } = static _ => TimeSpan.FromDays(1);

    /// <summary>Gets the size and count limits of workflows and requests.</summary>
    public ServerLimits Limits { get; init; } = new();

    /// <summary>Resumes every run that has pending work.</summary>
    public async Task ResumeAsync()
    {
        foreach (var runId in Store.ReadLiveRunIds())
        {
            if (FindByRunId(runId) is { } run)
            {
                await run.ResumeAsync();
            }
        }
    }

    /// <summary>Begins a run that cannot be found before its transaction is committed.</summary>
    public RunTransaction BeginRun(RunKey key, DateTime now)
    {
        var state = new MutableState(key);
        return new RunTransaction(new WorkflowRun(this, state), state, now);
    }

    /// <summary>Creates a run in its own transaction.</summary>
    public Task<T> CreateRunAsync<T>(RunKey key, Func<RunTransaction, T> body) => new WorkflowRun(this, new MutableState(key)).ExecuteAsync(body);

    /// <summary>Registers a committed run as the current run of its workflow id.</summary>
    public void Register(WorkflowRun run)
    {
        runs[run.Key.RunId] = run;
        current[(run.Key.Namespace, run.Key.WorkflowId)] = run.Key.RunId;
        Residents.Add(run);
    }

    /// <summary>Registers a run that is about to be written under its run id.</summary>
    public void Announce(WorkflowRun run) => runs[run.Key.RunId] = run;

    public void OnClosed(WorkflowRun run)
    {
        closed.Enqueue(run);
        while (closed.Count > ClosedRunsInMemory && closed.TryDequeue(out var oldest))
        {
            if (oldest.IsLive)
            {
                continue;
            }

            oldest.Unload();
            runs.TryRemove(KeyValuePair.Create(oldest.Key.RunId, oldest));
            current.TryRemove(KeyValuePair.Create((oldest.Key.Namespace, oldest.Key.WorkflowId), oldest.Key.RunId));
        }
    }

    /// <summary>Removes a run that was deleted or never written from memory.</summary>
    public void Forget(WorkflowRun run)
    {
        runs.TryRemove(run.Key.RunId, out _);
        current.TryRemove(KeyValuePair.Create((run.Key.Namespace, run.Key.WorkflowId), run.Key.RunId));
    }

    /// <summary>Returns the id of the current run, or null.</summary>
    public string? CurrentRunId(string namespaceName, string workflowId) =>
        current.GetValueOrDefault((namespaceName, workflowId)) ?? Store.ReadCurrentRunId(namespaceName, workflowId);

    /// <summary>Returns a run by its ids: the current run when the run id is empty.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND.</exception>
    public WorkflowRun Find(string namespaceName, WorkflowExecution? execution)
    {
        var workflowId = execution?.WorkflowId ?? "";
        var requestedRunId = execution?.RunId ?? "";
        if (workflowId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("WorkflowId is not set on request.");
        }

        if (requestedRunId.Length > 0 && !Guid.TryParse(requestedRunId, out _))
        {
            throw ServiceErrors.InvalidArgument("Invalid RunId.");
        }

        var runId = requestedRunId.Length > 0 ? requestedRunId : CurrentRunId(namespaceName, workflowId);
        var run = runId is null ? null : FindByRunId(runId);
        return run is not null && run.Key.Namespace == namespaceName && run.Key.WorkflowId == workflowId
            ? run
            : throw ServiceErrors.WorkflowNotFound(workflowId, requestedRunId);
    }

    public WorkflowRun? FindByRunId(string runId) => runs.GetValueOrDefault(runId) ?? Load(runId);

    /// <summary>Rejects a query to a run that is pinned to a drained version without pollers, because no worker could answer it.</summary>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION.</exception>
    public void RequireAnswerable(RunKey key, TaskQueue queue, VersionDirective? directive)
    {
        if (directive is { IsPinned: true, Version: { } version } && IsDrained(key.Namespace, version) && queue.AllRecentPollers().Count == 0)
        {
            throw ServiceErrors.FailedPrecondition(
                $"You are trying to query a closed Workflow that is PINNED to Worker Deployment Version {version.BuildId}, but {version.BuildId} is drained and has no "
                + "pollers to answer the query. Immediately: You can re-deploy Workers in this Deployment Version to take those queries, or you can workflow "
                + "update-options to change your workflow to AUTO_UPGRADE. For the future: In your infrastructure, consider waiting longer after the last queried "
                + "timestamp as reported in Describe Deployment before you sunset Workers. Or mark this workflow as AUTO_UPGRADE.");
        }
    }

    public void PublishVisibility(MutableState state) => publishVisibility(state);

    /// <summary>Reads a run's state from the store; null when it has none.</summary>
    public MutableState? LoadState(string runId) =>
        Store.ReadRun(runId) is { } record ? MutableState.Load(record, Store.ReadHistory(runId)) : null;

    private WorkflowRun? Load(string runId)
    {
        if (LoadState(runId) is not { } state)
        {
            return null;
        }

        var loaded = new WorkflowRun(this, state);
        var known = runs.GetOrAdd(runId, loaded);
        if (known != loaded)
        {
            return known;
        }

        Residents.Add(loaded);
        if (!loaded.IsLive)
        {
            OnClosed(loaded);
        }

        return loaded;
    }
}
