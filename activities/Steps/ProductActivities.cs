using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Steps;

/// <summary>Reserves, sells and restores stock at the product team (seed §5.3).</summary>
public sealed class ProductActivities(ProductClient products, OrderJournal journal) : IProductSteps
{
    [Activity]
    public Task<StockReservationAnswer> ReserveStockAsync(ReserveStock step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        var answer = await products.ReserveAsync(step.OrderId, step.Lines, step.TtlSeconds, step.Key, cancellation);
        if (answer.ReservationId is null)
        {
            answer = answer with { Recommendations = await RecommendAsync(answer.Shortages, step.Similar, cancellation) };
            await journal.WriteAnswersAsync(
                step.Record, [new(EventTypes.StockInsufficient, step.Sequence, new { step.OrderId, answer.Shortages })], cancellation);
            return answer;
        }

        await journal.WriteAnswersAsync(
            step.Record,
            [new(EventTypes.StockReserved, step.Sequence, new { step.OrderId, answer.ReservationId, answer.Lines, answer.ExpiresAt })],
            cancellation);
        return answer;
    });

    [Activity]
    public Task<StockCommitAnswer> CommitStockAsync(CommitStock step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        return new StockCommitAnswer(await products.CommitAsync(step.ReservationId, step.Key, cancellation));
    });

    [Activity]
    public Task RestoreStockAsync(RestoreStock step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        if (await GiveBackAsync(step, cancellation))
        {
            await journal.WriteAnswersAsync(
                step.Record, [new(EventTypes.StockRestored, step.Sequence, new { step.OrderId, step.Reservation.Lines })], cancellation);
        }
    });

    [Activity]
    public Task RestoreGoodsAsync(RestoreGoods step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        await products.RestoreAsync(step.OrderId, step.Lines, step.Reason, step.Key, cancellation);
        await journal.WriteAnswersAsync(step.Record, [new(EventTypes.StockRestored, step.Sequence, new { step.OrderId, step.Lines })], cancellation);
    });

    /// <summary>A reservation or a commit whose answer never came is asked again under its own key: only then is it known what is held.</summary>
    private async Task<bool> GiveBackAsync(RestoreStock step, CancellationToken cancellation)
    {
        var asked = step.Reservation;
        var reservationId = step.ReservationId
            ?? (await products.ReserveAsync(asked.OrderId, asked.Lines, asked.TtlSeconds, asked.Key, cancellation)).ReservationId;
        if (reservationId is null)
        {
            return false;
        }

        if (step.Commit is { } commit && await products.CommitAsync(reservationId, commit.Key, cancellation))
        {
            await products.RestoreAsync(step.OrderId, asked.Lines, step.Reason, step.Key, cancellation);
            return true;
        }

        await products.ReleaseAsync(reservationId, step.Key, cancellation);
        return true;
    }

    /// <summary>재고 부족 시 유사 상품 추천: a kindness that no order waits for.</summary>
    private async Task<IReadOnlyList<string>> RecommendAsync(IReadOnlyList<StockShortage> shortages, int similar, CancellationToken cancellation)
    {
        try
        {
            var found = await Task.WhenAll(shortages.Select(shortage => products.GetSimilarAsync(shortage.ProductId, similar, cancellation)));
            return [.. found.SelectMany(productIds => productIds).Distinct(StringComparer.Ordinal)];
        }
        catch (PartnerFailureException)
        {
            return [];
        }
    }
}
