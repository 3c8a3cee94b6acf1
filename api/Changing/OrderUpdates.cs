using System.Security.Claims;
using System.Text.Json;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Changing;

/// <summary>
/// Asks an order for a change: finds it for its caller, sends the update and answers the order after it, or why its state does not admit it.
/// </summary>
internal sealed class OrderUpdates(OrderAccess access, IOrderCommands commands, IdempotentRequests requests)
{
    /// <param name="change">What is asked for.</param>
    /// <param name="answer">The answer, made of the order after the change.</param>
    public async Task<IResult> AskAsync(
        HttpContext context, ClaimsPrincipal user, string orderId, JsonElement body, OrderChange change, Func<OrderView, string, IResult> answer)
    {
        var found = await access.FindAsync(user, orderId, context.RequestAborted);
        if (found.Problem is not null)
        {
            return found.Problem;
        }

        return await requests.RunAsync(
            context, Caller.Of(user), body, change.KeyRequired, change.ResourcePrefix, run => SendAsync(orderId, change, run, answer));
    }

    private async Task<IResult> SendAsync(string orderId, OrderChange change, IdempotentRun run, Func<OrderView, string, IResult> answer)
    {
        try
        {
            var updateId = $"{change.Update}-{run.WishId}";
            var order = await commands.UpdateAsync(orderId, change.Update, updateId, change.Argument(run.ResourceId), run.Cancellation);
            return answer(order, run.ResourceId);
        }
        catch (OrderRefusedException refused)
        {
            return Refusals.ToProblem(refused);
        }
        catch (OrderClosedException)
        {
            return Problem.Of(
                StatusCodes.Status409Conflict, change.WhenClosed, "The order is closed.", [KeyValuePair.Create("orderId", (object?)orderId)]);
        }
    }
}

/// <summary>A change that an order can be asked for.</summary>
/// <param name="Update">The update's name (contract §3).</param>
/// <param name="Argument">Its argument, given the id of what it creates; <c>null</c> for none.</param>
/// <param name="WhenClosed">The problem of an order whose workflow has ended.</param>
/// <param name="KeyRequired">Whether the call creates something with an id of its own, and so needs an idempotency key.</param>
internal sealed record OrderChange(
    string Update, Func<string, object?> Argument, string WhenClosed, bool KeyRequired = false, string ResourcePrefix = "");
