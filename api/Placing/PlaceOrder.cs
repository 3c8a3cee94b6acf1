using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Placing;

/// <summary>
/// Places an order (주문하기): reads the facts, applies the rules, and starts the workflow of an order that passes them. An order rejected by the rules
/// leaves no state. The workflow then decides the order within the caller's timeout.
/// </summary>
internal sealed class PlaceOrder(
    IOrderFactsSource facts,
    IOrderCommands commands,
    IOrderQueries queries,
    IGuestTokens guestTokens,
    IGuestOrders guestOrders,
    IUnpaidOrders unpaid,
    IOrderStore store,
    IKeyRing keys,
    IOptions<OrderPolicies> policies,
    IOptions<OrderApiOptions> options,
    TimeProvider time)
{
    private static readonly TimeSpan RejectionTimeout = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Returns the order that an earlier, interrupted run with the same key may have started; <c>null</c> where it did not start one.
    /// Call this before the rules are applied: they would count the coupon that the order itself redeemed as used.
    /// </summary>
    public async Task<IResult?> FindInterruptedAsync(IdempotentRun run, GuestContact? guest)
    {
        try
        {
            var existing = await commands.FindExistingAsync(run.ResourceId, options.Value.DecisionTimeout, run.Cancellation);
            if (!existing.Found)
            {
                return null;
            }

            var pending = existing.Order is null ? await commands.QueryAsync(run.ResourceId, run.Cancellation) : null;
            return await AnswerAsync(run.ResourceId, guest, existing.Order, pending!, run.Cancellation);
        }
        catch (OrderRefusedException refused)
        {
            return Refusals.ToProblem(refused);
        }
    }

    public async Task<IResult> RunAsync(OrderRequest request, IdempotentRun run)
    {
        var answer = await TryAsync(request, run);
        if ((answer as IStatusCodeHttpResult)?.StatusCode is >= StatusCodes.Status400BadRequest and < StatusCodes.Status500InternalServerError)
        {
            await unpaid.ReleaseAsync(request.OrderId, run.Cancellation);
        }

        return answer;
    }

    private async Task<IResult> TryAsync(OrderRequest request, IdempotentRun run)
    {
        var started = time.GetTimestamp();
        try
        {
            // Checked before the facts are read, because each product is one request to the product team.
            var products = OrderPricing.Merge(request.Lines).Count;
            if (products > policies.Value.MaxCartItems)
            {
                return Refusals.ToProblem(Refusal.Of(
                    RefusalSlugs.TooManyItems,
                    "An order holds a limited number of products.",
                    new { maximum = policies.Value.MaxCartItems, products }));
            }

            if (await TooManyUnpaidAsync(request, run.Cancellation) is { } tooManyUnpaid)
            {
                return tooManyUnpaid;
            }

            var known = await facts.ReadAsync(request, run.Cancellation);
            if (known is not null && Validate(request, known) is { } rejected)
            {
                return rejected;
            }

            // The data owner selects the encryption key, so it is assigned before anything of the order is stored.
            await keys.AssignAsync(
                request.OrderId,
                request.MemberId is { } memberId ? DataOwner.Member(memberId) : DataOwner.Guest(request.OrderId),
                run.Cancellation);
            var asked = Order.New(request, policies.Value, known, time.GetUtcNow());
            var timeout = options.Value.DecisionTimeout - time.GetElapsedTime(started);
            OrderView? order;
            try
            {
                order = await commands.PlaceAsync(asked, timeout > TimeSpan.FromSeconds(1) ? timeout : TimeSpan.FromSeconds(1), run.Cancellation);
                OrderMetrics.Placed();
            }
            catch (OrderRefusedException)
            {
                // A rejection by the workflow, such as a stock shortage, counts as a placed order: it has an id.
                OrderMetrics.Placed();
                throw;
            }

            return order is null && await StoreUndecidedAsync(asked, run.Cancellation) is { } refused
                ? Refusals.ToProblem(refused)
                : await AnswerAsync(request.OrderId, request.Guest, order, asked.View(), run.Cancellation);
        }
        catch (OrderRefusedException refused)
        {
            return Refusals.ToProblem(refused);
        }
    }

    // The amounts are checked first, because the rules multiply and add them.
    private ProblemHttpResult? Validate(OrderRequest request, OrderFacts known)
    {
        return OrderPricing.Merge(request.Lines).Any(line => known.Products.Any(
            product => product.ProductId == line.ProductId && !Amounts.IsPayable(product.Price.Amount, line.Quantity)))
            ? Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                ProblemTypes.OrderAmountTooLarge,
                "A line costs more than an order may.",
                [KeyValuePair.Create("maximum", (object?)Amounts.MostWon)])
            : OrderRules.Validate(request, known, policies.Value) is { } refusal ? Refusals.ToProblem(refusal) : null;
    }

    /// <summary>Limits the unpaid orders of one customer, because each of them reserves stock.</summary>
    private async Task<IResult?> TooManyUnpaidAsync(OrderRequest request, CancellationToken cancellationToken)
    {
        var maximum = policies.Value.MaxUnpaidOrders;
        var others = request.MemberId is { } memberId
            ? await unpaid.ClaimOfMemberAsync(request.OrderId, memberId, maximum, cancellationToken)
            : await unpaid.ClaimOfGuestAsync(request.OrderId, request.Guest!.Phone, maximum, cancellationToken);
        return others < maximum
            ? null
            : Problem.Of(
                StatusCodes.Status409Conflict,
                ProblemTypes.TooManyUnpaidOrders,
                "There are unpaid orders already; pay or cancel one first.",
                [KeyValuePair.Create("maximum", (object?)maximum), KeyValuePair.Create("unpaid", (object?)others)]);
    }

    /// <summary>
    /// Stores an order that is not decided yet, so that it can be read after the 202 response. If the workflow rejected it in the meantime, the row is removed
    /// and the rejection is returned.
    /// </summary>
    private async Task<OrderRefusedException?> StoreUndecidedAsync(Order asked, CancellationToken cancellationToken)
    {
        await store.AddAsync(asked, cancellationToken);
        try
        {
            await commands.FindExistingAsync(asked.OrderId, RejectionTimeout, cancellationToken);
            return null;
        }
        catch (OrderRefusedException refused)
        {
            await store.RemoveUnrecordedAsync(asked.OrderId, cancellationToken);
            return refused;
        }
    }

    private async Task<IResult> AnswerAsync(
        string orderId, GuestContact? guest, OrderView? decided, OrderView pending, CancellationToken cancellationToken)
    {
        var token = guest is null ? null : await RegisterGuestAsync(orderId, guest, cancellationToken);
        var location = "/v1/orders/" + orderId;
        return decided is not null
            ? TypedResults.Created(location, PlacedOrder.Answer(decided, token))
            : TypedResults.Accepted(
                location, PlacedOrder.Answer(await queries.FindAsync(orderId, cancellationToken) ?? pending, token));
    }

    /// <summary>Issues the guest's token, and registers the phone so that the guest can claim the order as a member (hotspot 26).</summary>
    private async Task<string> RegisterGuestAsync(string orderId, GuestContact guest, CancellationToken cancellationToken)
    {
        await guestOrders.RegisterAsync(orderId, guest.Phone, policies.Value, cancellationToken);
        return await guestTokens.IssueAsync(orderId, cancellationToken);
    }
}
