using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Api.Hosting;

namespace OrderOrchestration.Api.Carts;

/// <summary>
/// Deletes carts that were not changed for 90 days, and the least recently changed guest carts above <see cref="OrderApiOptions.MaxGuestCarts"/>. Runs once an hour.
/// </summary>
internal sealed class CartHousekeeping(ICartStore carts, IOptions<OrderApiOptions> options, TimeProvider time, ILogger<CartHousekeeping> logger)
    : Housekeeping(time, TimeSpan.FromHours(1), logger)
{
    private static readonly TimeSpan CartRetention = TimeSpan.FromDays(90);

    protected override Task RunAsync(CancellationToken cancellationToken) =>
        carts.PurgeAsync(Time.GetUtcNow() - CartRetention, options.Value.MaxGuestCarts, cancellationToken);
}
