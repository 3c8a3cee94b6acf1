using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Hosting;

namespace OrderOrchestration.Api.Carts;

/// <summary>Forgets carts that nobody touched for 90 days, and the longest untouched of guests' where there are more than the setting allows; once an hour.</summary>
internal sealed class CartHousekeeping(ICartStore carts, IOptions<OrderApiOptions> options, TimeProvider time, ILogger<CartHousekeeping> logger)
    : Housekeeping(time, TimeSpan.FromHours(1), logger)
{
    private static readonly TimeSpan CartRetention = TimeSpan.FromDays(90);

    protected override Task RunAsync(CancellationToken cancellationToken) =>
        carts.PurgeAsync(Time.GetUtcNow() - CartRetention, options.Value.MaxGuestCarts, cancellationToken);
}
