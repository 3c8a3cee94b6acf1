using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Placing;

/// <summary>
/// Placing an order (주문하기): the facts are asked for, the rules judge, and only an admitted order starts its workflow, so a refused one leaves
/// nothing anywhere. Then the order itself decides, within the patience of the caller.
/// </summary>
internal sealed class PlaceOrder(
    IOrderFactsSource facts,
    IOrderCommands commands,
    IOrderQueries queries,
    IGuestTokens guestTokens,
    IGuestOrders guestOrders,
    IOptions<OrderPolicies> policies,
    IOptions<OrderApiOptions> options,
    TimeProvider time)
{
    /// <summary>
    /// Meets the order that an earlier run under the same key may have started before it was cut off; <c>null</c> where it did not.
    /// Asked before anything else: judged again, the order's own coupon would count as used.
    /// </summary>
    public async Task<IResult?> TakeUpAsync(IdempotentRun run, GuestContact? guest)
    {
        try
        {
            var met = await commands.MeetAsync(run.ResourceId, options.Value.DecisionPatience, run.Cancellation);
            if (!met.Found)
            {
                return null;
            }

            var pending = met.Order is null ? await commands.QueryAsync(run.ResourceId, run.Cancellation) : null;
            return await AnswerAsync(run.ResourceId, guest, met.Order, pending!, run.Cancellation);
        }
        catch (OrderRefusedException refused)
        {
            return Refusals.ToProblem(refused);
        }
    }

    public async Task<IResult> RunAsync(OrderRequest request, IdempotentRun run)
    {
        var started = time.GetTimestamp();
        try
        {
            // Judged before anybody is asked: a thousand products would be a thousand questions.
            var products = OrderPricing.Merge(request.Lines).Count;
            if (products > policies.Value.MaxCartItems)
            {
                return Refusals.ToProblem(Refusal.Of(
                    RefusalSlugs.TooManyItems,
                    "An order holds a limited number of products.",
                    new { maximum = policies.Value.MaxCartItems, products }));
            }

            var known = await facts.ReadAsync(request, run.Cancellation);
            if (known is not null && OrderRules.Judge(request, known, policies.Value) is { } refusal)
            {
                return Refusals.ToProblem(refusal);
            }

            var input = Input(request, known);
            var patience = options.Value.DecisionPatience - time.GetElapsedTime(started);
            var order = await commands.PlaceAsync(input, patience > TimeSpan.FromSeconds(1) ? patience : TimeSpan.FromSeconds(1), run.Cancellation);
            return await AnswerAsync(request.OrderId, request.Guest, order, PlacedOrder.Pending(input), run.Cancellation);
        }
        catch (OrderRefusedException refused)
        {
            return Refusals.ToProblem(refused);
        }
    }

    private OrderInput Input(OrderRequest request, OrderFacts? known) => new(request, policies.Value, known, time.GetUtcNow());

    private async Task<IResult> AnswerAsync(
        string orderId, GuestContact? guest, OrderView? decided, OrderView pending, CancellationToken cancellationToken)
    {
        var token = guest is null ? null : await AdmitGuestAsync(orderId, guest, cancellationToken);
        var location = "/v1/orders/" + orderId;
        return decided is not null
            ? TypedResults.Created(location, PlacedOrder.Answer(decided, token))
            : TypedResults.Accepted(
                location, PlacedOrder.Answer(await queries.FindAsync(orderId, cancellationToken) ?? pending, token));
    }

    /// <summary>A guest reaches its order by a token, and by its phone once it is a member (hotspot 26).</summary>
    private async Task<string> AdmitGuestAsync(string orderId, GuestContact guest, CancellationToken cancellationToken)
    {
        await guestOrders.RegisterAsync(orderId, guest.Phone, policies.Value, cancellationToken);
        return await guestTokens.IssueAsync(orderId, cancellationToken);
    }
}
