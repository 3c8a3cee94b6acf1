using OrderOrchestration.Activities.Partners;

namespace OrderOrchestration.Api.Teams;

/// <summary>
/// Timeout of calls to another team within a request. A request is answered within 3 s also when a team is down (contract §1). It needs at most two
/// sequential rounds of calls, so each has a timeout of one second. Placing an order has its own timeout.
/// </summary>
internal static class TeamTimeout
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>The team's answer; <c>null</c> where the call fails or times out.</summary>
    public static async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T?>> ask, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return await ask(timeout.Token);
        }
        catch (PartnerFailureException)
        {
            return default;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }
}

/// <summary>A team's answer. A <c>null</c> value means that the team answered "not found", as distinguished from no answer.</summary>
internal sealed record TeamAnswer<T>(T? Value);
