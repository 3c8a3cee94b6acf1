using OrderOrchestration.Activities.Partners;

namespace OrderOrchestration.Api.Teams;

/// <summary>
/// How long a person's request waits for another team: it is answered within 3 s whichever team is down (contract §1), so each of the two rounds of
/// questions that a request may need has a second. Placing an order has a timeout of its own.
/// </summary>
internal static class TeamTimeout
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>What a team says; nothing where it fails or is silent.</summary>
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

/// <summary>That a team answered, if only that it knows nobody.</summary>
internal sealed record TeamAnswer<T>(T? Value);
