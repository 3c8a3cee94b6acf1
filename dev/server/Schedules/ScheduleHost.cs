using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Visibility;

namespace EmbeddedTemporal.Schedules;

/// <summary>The services that schedules share: clock, store, visibility, and the engine that runs their workflows.</summary>
internal sealed record ScheduleHost(VirtualClock Clock, IWorkflowStore Store, IVisibilityStore Visibility, IScheduledWorkflows Workflows)
{
    public const string DocumentKind = "schedule";

    /// <summary>Gets the handler of exceptions in background work; writes to standard error by default.</summary>
    public Action<string, Exception> OnFault { get; init; } = static (scheduleId, fault) => Console.Error.WriteLine($"schedule {scheduleId}: {fault}");

    /// <summary>Persists the state and updates visibility.</summary>
    public async Task SaveAsync(ScheduleState state, byte[] document)
    {
        await WriteAsync(state, document);
        Visibility.Upsert(ScheduleListing.RecordOf(state));
    }

    /// <summary>Deletes the schedule from the store and from visibility.</summary>
    public async Task DeleteAsync(ScheduleState state)
    {
        await WriteAsync(state, null);
        Visibility.Delete(state.Namespace, state.RunId);
    }

    private Task WriteAsync(ScheduleState state, byte[]? document)
    {
        var commit = new StoreCommit();
        commit.Documents.Add(new DocumentWrite(DocumentKind, $"{state.Namespace}/{state.ScheduleId}", document));
        return Store.CommitAsync(commit);
    }
}
