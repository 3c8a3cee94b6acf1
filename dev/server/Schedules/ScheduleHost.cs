using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Visibility;

namespace EmbeddedTemporal.Schedules;

/// <summary>What schedules share: the clock, the store, the list, and the engine that runs what they start.</summary>
internal sealed record ScheduleHost(VirtualClock Clock, IWorkflowStore Store, IVisibilityStore Visibility, IScheduledWorkflows Workflows)
{
    public const string DocumentKind = "schedule";

    /// <summary>Gets where a fault that no caller hears of is told.</summary>
    public Action<string, Exception> OnFault { get; init; } = static (scheduleId, fault) => Console.Error.WriteLine($"schedule {scheduleId}: {fault}");

    /// <summary>Keeps the state, and lists it.</summary>
    public async Task SaveAsync(ScheduleState state, byte[] document)
    {
        await WriteAsync(state, document);
        Visibility.Upsert(ScheduleListing.RecordOf(state));
    }

    /// <summary>Forgets the schedule.</summary>
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
