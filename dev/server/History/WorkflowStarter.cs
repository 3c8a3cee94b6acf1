using System.Collections.Concurrent;
using System.Globalization;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>The result of a start.</summary>
/// <param name="Started">False when an existing run is returned instead.</param>
internal sealed record StartOutcome(WorkflowRun Run, bool Started, WorkflowExecutionStatus Status);

/// <summary>Starts workflows under the workflow id reuse and conflict policies. Starts of one workflow id are serialized.</summary>
internal sealed class WorkflowStarter(HistoryEngine engine)
{
    private readonly ConcurrentDictionary<(string Namespace, string WorkflowId), IdLock> idLocks = new();

    /// <exception cref="Grpc.Core.RpcException">ALREADY_EXISTS: the id is in use and the policies do not allow it.</exception>
    public async Task<StartOutcome> StartAsync(StartParameters start)
    {
        var id = (start.Request.Namespace, start.Request.WorkflowId);
        var idLock = Rent(id);
        try
        {
            using var turn = await idLock.StartLock.EnterAsync();
            while (true)
            {
                var currentRunId = engine.CurrentRunId(id.Namespace, id.WorkflowId);
                if (currentRunId is null || engine.FindByRunId(currentRunId) is not { } current)
                {
                    return await CreateAsync(start);
                }

                if (await current.ExecuteAsync(tx => Decide(tx, start)) is { } outcome)
                {
                    return outcome;
                }
            }
        }
        finally
        {
            Return(id, idLock);
        }
    }

    private static void Begin(RunTransaction tx, StartParameters start)
    {
        var attributes = start.ToStartedAttributes(tx.State.Key.RunId, tx.Now);
        tx.State.Facts.CreateRequestId = start.Request.RequestId;
        tx.Start(attributes, start.Request.UserMetadata, start.Links, start.BeforeFirstTask);
        start.AfterStart?.Invoke(tx);
    }

    private static Grpc.Core.RpcException? ReuseConflict(MutableState state, StartParameters start)
    {
        var messageFormat = start.Request.WorkflowIdReusePolicy switch
        {
            WorkflowIdReusePolicy.RejectDuplicate => "finished. WorkflowId: {0}, RunId: {1}. Workflow Id reuse policy: reject duplicate workflow Id.",
            WorkflowIdReusePolicy.AllowDuplicateFailedOnly when state.Status is WorkflowExecutionStatus.Completed or WorkflowExecutionStatus.ContinuedAsNew =>
                "finished successfully. WorkflowId: {0}, RunId: {1}. Workflow Id reuse policy: allow duplicate workflow Id if last run failed.",
            _ => null,
        };
        return messageFormat is null
            ? null
            : ServiceErrors.AlreadyStarted(
                "Workflow execution already " + string.Format(CultureInfo.InvariantCulture, messageFormat, state.Key.WorkflowId, state.Key.RunId),
                state.Facts.CreateRequestId,
                state.Key.RunId);
    }

    private Task<StartOutcome> CreateAsync(StartParameters start)
    {
        var key = new RunKey(start.Request.Namespace, start.Request.WorkflowId, RunKey.NewRunId());
        return engine.CreateRunAsync(key, tx =>
        {
            Begin(tx, start);
            return new StartOutcome(tx.Run, true, WorkflowExecutionStatus.Running);
        });
    }

    /// <summary>Applies the policies to the current run; null when it is no longer current.</summary>
    private StartOutcome? Decide(RunTransaction tx, StartParameters start)
    {
        var state = tx.State;
        if (engine.CurrentRunId(state.Key.Namespace, state.Key.WorkflowId) != state.Key.RunId)
        {
            return null;
        }

        if (start.InsteadOfStart?.Invoke(tx) is { } instead)
        {
            return instead;
        }

        var requestId = start.Request.RequestId;
        if (requestId.Length > 0 && state.Facts.CreateRequestId == requestId)
        {
            start.OnRepeat?.Invoke(tx);
            return new StartOutcome(tx.Run, true, state.Status);
        }

        if (requestId.Length > 0 && state.Facts.AttachedRequestIds?.Contains(requestId) == true)
        {
            return new StartOutcome(tx.Run, false, state.Status);
        }

        if (state.IsRunning)
        {
            switch (start.ConflictPolicy)
            {
                case WorkflowIdConflictPolicy.UseExisting:
                    Attach(tx, start);
                    return new StartOutcome(tx.Run, false, state.Status);
                case WorkflowIdConflictPolicy.TerminateExisting:
                    break;
                default:
                    throw ServiceErrors.AlreadyStarted(
                        $"Workflow execution is already running. WorkflowId: {state.Key.WorkflowId}, RunId: {state.Key.RunId}.",
                        state.Facts.CreateRequestId,
                        state.Key.RunId);
            }
        }
        else if (ReuseConflict(state, start) is { } conflict)
        {
            throw conflict;
        }

        var next = tx.Run.BeginSuccessor(RunKey.NewRunId(), tx.Now);
        if (state.IsRunning)
        {
            var details = new Payloads { Payloads_ = { PayloadFacts.Json($"terminated by new runID: {next.State.Key.RunId}") } };
            tx.Terminate("TerminateIfRunning WorkflowIdReusePolicy", details, "history-service");
        }

        Begin(next, start);
        tx.Successors.Add(next);
        return new StartOutcome(next.Run, true, WorkflowExecutionStatus.Running);
    }

    /// <summary>Records that another start attached to this run, if the on-conflict options request it.</summary>
    private static void Attach(RunTransaction tx, StartParameters start)
    {
        var options = start.Request.OnConflictOptions;
        if (options is null || !(options.AttachRequestId || options.AttachLinks || options.AttachCompletionCallbacks))
        {
            return;
        }

        tx.AddEvent(EventType.WorkflowExecutionOptionsUpdated, e =>
        {
            e.WorkerMayIgnore = true;
            e.WorkflowExecutionOptionsUpdatedEventAttributes = new() { AttachedRequestId = options.AttachRequestId ? start.Request.RequestId : "" };
            if (options.AttachLinks)
            {
                e.Links.AddRange(start.Links);
            }
        });
        if (options.AttachRequestId)
        {
            (tx.State.Facts.AttachedRequestIds ??= []).Add(start.Request.RequestId);
        }
    }

    private IdLock Rent((string Namespace, string WorkflowId) id)
    {
        while (true)
        {
            var idLock = idLocks.GetOrAdd(id, static _ => new IdLock());
            if (idLock.TryRent())
            {
                return idLock;
            }
        }
    }

    private void Return((string Namespace, string WorkflowId) id, IdLock idLock)
    {
        if (idLock.Return())
        {
            idLocks.TryRemove(KeyValuePair.Create(id, idLock));
        }
    }

    /// <summary>A lock that is discarded when its last user returns it.</summary>
    private sealed class IdLock
    {
        private readonly Lock gate = new();
        private int users;
        private bool discarded;

        public AsyncLock StartLock { get; } = new();

        public bool TryRent()
        {
            lock (gate)
            {
                if (discarded)
                {
                    return false;
                }

                users++;
                return true;
            }
        }

        public bool Return()
        {
            lock (gate)
            {
                return discarded = --users == 0;
            }
        }
    }
}
