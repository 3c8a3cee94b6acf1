using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Limits;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Changing;

/// <summary>
/// Sends a command to an order: checks the caller's access, sends the update, and returns the changed order or the rejection.
/// </summary>
internal sealed class OrderUpdates(OrderAccess access, IOrderCommands commands, IdempotentRequests requests, OrderLimit limit)
{
    /// <param name="change">The command to send.</param>
    /// <param name="answer">Makes the response from the changed order and the id of the created resource.</param>
    public async Task<IResult> SendAsync(HttpContext context, string orderId, OrderChange change, Func<OrderView, string, IResult> answer)
    {
        var found = await access.FindAsync(context.User, orderId, context.RequestAborted);
        if (found.Order is not { } order)
        {
            return found.Problem!;
        }

        return change.Validate?.Invoke(order) is { } refusal
            ? Refusals.ToProblem(refusal)
            : await requests.RunAsync(context, change.ResourcePrefix, run => SendWithinLimitAsync(context, order, change, run, answer));
    }

    // A command rejected by the limit is not stored under its idempotency key, so that the same request can be sent again.
    private async Task<IResult> SendWithinLimitAsync(
        HttpContext context, OrderView order, OrderChange change, IdempotentRun run, Func<OrderView, string, IResult> answer)
    {
        var result = await limit.RunAsync(context, order.OrderId, change.Update, () => SendAsync(order, change, run, answer), run.Cancellation);
        return result is ProblemHttpResult { StatusCode: StatusCodes.Status429TooManyRequests } ? new Passing(result) : result;
    }

    private async Task<IResult> SendAsync(OrderView before, OrderChange change, IdempotentRun run, Func<OrderView, string, IResult> answer)
    {
        try
        {
            var order = await commands.UpdateAsync(
                before.OrderId, change.Update, $"{change.Update}-{run.CommandId}", seen => change.Command(run.ResourceId, seen), run.Cancellation);
            return answer(order, run.ResourceId);
        }
        catch (OrderRefusedException refused)
        {
            return Refusals.ToProblem(refused);
        }
        catch (OrderUnknownException)
        {
            return Problem.NotFound("There is no such order.");
        }
    }
}

/// <summary>A command for an order.</summary>
/// <param name="Update">The update's name (contract §3).</param>
/// <param name="Command">Makes the update's argument from the id of the resource it creates and the version of the stored snapshot.</param>
/// <param name="ResourcePrefix">Prefix of the id of the created resource.</param>
/// <param name="Validate">A rule that is checked against the stored order, before the workflow is called.</param>
internal sealed record OrderChange(
    string Update, Func<string, long, object> Command, string ResourcePrefix = "", Func<OrderView, Refusal?>? Validate = null);
