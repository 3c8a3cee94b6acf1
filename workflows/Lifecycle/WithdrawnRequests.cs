using OrderOrchestration.Workflows.Rules;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>
/// Updates whose callers were told that they had not been handled in time. A caller that sends the same command again is told to do so under another id,
/// and is then answered.
/// </summary>
internal sealed class WithdrawnRequests
{
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    public void Add(string updateId) => ids.Add(updateId);

    /// <summary>Refuses the update that is being validated or handled where it was withdrawn.</summary>
    public void ThrowIfWithdrawn()
    {
        if (Workflow.CurrentUpdateInfo is { } update && ids.Contains(update.Id))
        {
            throw OrderFailure.Of(Refusal.Of(RefusalSlugs.RequestWithdrawn, "The request was withdrawn, for it was not handled in time; ask again."));
        }
    }
}
