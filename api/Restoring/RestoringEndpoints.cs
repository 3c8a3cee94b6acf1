using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Api.Restoring;

/// <summary>
/// <c>POST /v1/orders/restorations</c>: starts a run for every open order of the store that has no open run in Temporal, after a disaster or a termination.
/// Orders with an open run are skipped, so that the call can be repeated.
/// </summary>
internal static class RestoringEndpoints
{
    private const int Page = 500;
    private const int MaxParallelOrders = 16;

    public static void MapRestoring(this IEndpointRouteBuilder orders) => orders.MapPost("/restorations", RestoreAsync)
        .RequireAuthorization(AccessPolicies.Staff)
        .WithSummary("Resumes every open order of the store that has no open run in Temporal.")
        .Produces<Restorations>();

    private static async Task<IResult> RestoreAsync(
        IOrderStore store, IOrderCommands commands, ILogger<Restorations> logger, CancellationToken cancellationToken)
    {
        var restored = new List<string>();
        var failed = new List<FailedRestoration>();
        IReadOnlyList<string> page;
        string? after = null;
        do
        {
            page = await store.OpenOrdersAsync(after, Page, cancellationToken);
            foreach (var chunk in page.Chunk(MaxParallelOrders))
            {
                foreach (var (orderId, outcome) in chunk.Zip(await Task.WhenAll(chunk.Select(RestoreOneAsync))))
                {
                    if (outcome.Why is { } why)
                    {
                        failed.Add(new FailedRestoration(orderId, why));
                    }
                    else if (outcome.Restored)
                    {
                        restored.Add(orderId);
                    }
                }
            }

            after = page.Count > 0 ? page[^1] : after;
        }
        while (page.Count == Page);

        return TypedResults.Ok(new Restorations(restored, failed));

        async Task<(bool Restored, string? Why)> RestoreOneAsync(string orderId)
        {
            try
            {
                return (await commands.RestoreAsync(orderId, cancellationToken), null);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "Order {OrderId} could not be restored", orderId);
                return (false, e.Message);
            }
        }
    }
}

/// <summary>The orders that were restored, and those that could not be restored.</summary>
public sealed record Restorations(IReadOnlyList<string> Restored, IReadOnlyList<FailedRestoration> Failed);

/// <summary>An order that could not be restored.</summary>
public sealed record FailedRestoration(string OrderId, string Why);
