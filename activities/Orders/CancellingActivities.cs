using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Orders;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Gives stock and coupon of a cancelled order back (seed §5.5).</summary>
public sealed class CancellingActivities(ProductClient products, PromotionClient promotion, OrderRecords records) : ICancellingActivities
{
    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task<RestoreStockAnswer> RestoreStockAsync(RestoreStockRequest request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        if (request.Committed)
        {
            return await RestoreAsync(request);
        }

        // A reservation or a commit with an unknown outcome is requested again under its own key, to find out what is reserved or sold.
        var reservation = request.Reservation;
        var reservationId = request.ReservationId
            ?? (await products.ReserveAsync(reservation.OrderId, reservation.Lines, reservation.TtlSeconds, reservation.Key, Cancellation)).ReservationId;
        if (reservationId is null)
        {
            return new RestoreStockAnswer(LedgerKind.Released, []);
        }

        if (request.Commit is { } commit && await products.CommitAsync(reservationId, commit.Key, Cancellation))
        {
            return await RestoreAsync(request);
        }

        await products.ReleaseAsync(reservationId, request.Key, Cancellation);
        return new RestoreStockAnswer(LedgerKind.Released, request.Units);
    });

    [Activity]
    public Task<CouponAnswer> RestoreCouponAsync(RestoreCoupon request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        if (!request.Certain && await promotion.RedeemAsync(request.Redemption, Cancellation) is { Used: false })
        {
            return new CouponAnswer(WasHeld: false);
        }

        await promotion.RestoreAsync(request.Redemption, request.Key, Cancellation);
        return new CouponAnswer(WasHeld: true);
    });

    private async Task<RestoreStockAnswer> RestoreAsync(RestoreStockRequest request)
    {
        if (request.Units.Count > 0)
        {
            await products.RestoreAsync(request.OrderId, request.Units, request.Reason, request.Key, Cancellation);
        }

        return new RestoreStockAnswer(LedgerKind.Restored, request.Units);
    }
}
