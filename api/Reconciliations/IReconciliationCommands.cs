namespace OrderOrchestration.Api.Reconciliations;

/// <summary>What the API asks of the reconciliation workflow.</summary>
public interface IReconciliationCommands
{
    /// <summary>Compares a day anew, or joins the comparison that runs; waits for its end for at most <paramref name="timeout"/>.</summary>
    /// <returns>Whether it has ended.</returns>
    Task<bool> ReconcileAsync(DateOnly day, TimeSpan timeout, CancellationToken cancellationToken);
}
