using OrderOrchestration.Workflows.Rules;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>
/// Updates whose callers were answered that they were not handled in time. A repeat under the same update id is rejected; a repeat under another id is
/// handled.
/// </summary>
internal sealed class WithdrawnRequests
{
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    public void Add(string updateId) => ids.Add(updateId);

    /// <summary>Rejects the update that is being validated or handled if it was withdrawn.</summary>
    public void ThrowIfWithdrawn()
    {
        if (Workflow.CurrentUpdateInfo is { } update && ids.Contains(update.Id))
        {
            throw OrderFailure.Of(Refusal.Of(RefusalSlugs.RequestWithdrawn, "The request was withdrawn, for it was not handled in time; ask again."));
        }
    }
}
