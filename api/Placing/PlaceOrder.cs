using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
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
    IOptions<OrderPolicies> policies,
    IOptions<OrderApiOptions> options,
    TimeProvider time)
{
    public async Task<IResult> RunAsync(OrderRequest request, IdempotentRun run)
    {
        var started = time.GetTimestamp();
        try
        {
            if (run.TakenUp && await commands.MeetAsync(request.OrderId, options.Value.DecisionPatience, run.Cancellation) is { Found: true } met)
            {
                return await AnswerAsync(request, met.Order, PlacedOrder.Pending(Input(request, null)), run.Cancellation);
            }

            var known = await facts.ReadAsync(request, run.Cancellation);
            if (known is not null && OrderRules.Judge(request, known, policies.Value) is { } refusal)
            {
                return Refusals.ToProblem(refusal);
            }

            var input = Input(request, known);
            var patience = options.Value.DecisionPatience - time.GetElapsedTime(started);
            var order = await commands.PlaceAsync(input, patience > TimeSpan.FromSeconds(1) ? patience : TimeSpan.FromSeconds(1), run.Cancellation);
            return await AnswerAsync(request, order, PlacedOrder.Pending(input), run.Cancellation);
        }
        catch (OrderRefusedException refused)
        {
            return Refusals.ToProblem(refused);
        }
    }

    private OrderInput Input(OrderRequest request, OrderFacts? known) => new(request, policies.Value, known, time.GetUtcNow());

    private async Task<IResult> AnswerAsync(OrderRequest request, OrderView? decided, OrderView pending, CancellationToken cancellationToken)
    {
        var token = request.Guest is null ? null : await guestTokens.IssueAsync(request.OrderId, cancellationToken);
        var location = "/v1/orders/" + request.OrderId;
        return decided is not null
            ? TypedResults.Created(location, PlacedOrder.Answer(decided, token))
            : TypedResults.Accepted(
                location, PlacedOrder.Answer(await queries.FindAsync(request.OrderId, cancellationToken) ?? pending, token));
    }
}
