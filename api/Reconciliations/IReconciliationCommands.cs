namespace OrderOrchestration.Api.Reconciliations;

/// <summary>Starts the reconciliation workflow.</summary>
public interface IReconciliationCommands
{
    /// <summary>Starts a comparison of a day, or joins the running one, and waits at most <paramref name="timeout"/> for its completion.</summary>
    /// <returns>Whether the comparison has completed.</returns>
    Task<bool> ReconcileAsync(DateOnly day, TimeSpan timeout, CancellationToken cancellationToken);
}
