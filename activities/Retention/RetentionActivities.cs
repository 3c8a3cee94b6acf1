using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Erasure;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Idempotency;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Retention;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Retention;

/// <summary>Retention on our own databases (contract §6).</summary>
public sealed class RetentionActivities(
    ICartStore carts, IIdempotencyStore ids, INotificationOutbox notifications, RetentionErasure quiet, IOptions<OrderPolicies> policies, TimeProvider time)
    : IRetentionSteps
{
    private const int AtATime = 200;
    private static readonly TimeSpan CartRetention = TimeSpan.FromDays(90);
    private static readonly TimeSpan DeliveredNotificationRetention = TimeSpan.FromDays(90);

    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    private DateTimeOffset EndedBefore => time.GetUtcNow() - policies.Value.PersonalDataRetention;

    [Activity]
    public async Task PurgeAsync()
    {
        await carts.PurgeAsync(time.GetUtcNow() - CartRetention, int.MaxValue, Cancellation);
        await ids.PurgeAsync(Cancellation);
        await notifications.PurgeAsync(time.GetUtcNow() - DeliveredNotificationRetention, Cancellation);
    }

    [Activity]
    public Task<string?> EraseMembersAsync(string after) => quiet.EraseMembersAsync(EndedBefore, after, AtATime, Cancellation);

    [Activity]
    public Task<string?> EraseGuestsAsync(string after) => quiet.EraseGuestsAsync(EndedBefore, after, AtATime, Cancellation);
}
