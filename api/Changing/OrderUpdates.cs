using System.Security.Claims;
using System.Text.Json;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

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
        if (found.Order is not { } order)
        {
            return found.Problem!;
        }

        return change.Judge?.Invoke(order) is { } refusal
            ? Refusals.ToProblem(refusal)
            : await requests.RunAsync(
                context, Caller.Of(user), body, required: false, change.ResourcePrefix, run => SendAsync(order, change, run, answer));
    }

    private async Task<IResult> SendAsync(OrderView before, OrderChange change, IdempotentRun run, Func<OrderView, string, IResult> answer)
    {
        try
        {
            var updateId = $"{change.Update}-{run.WishId}";
            var order = await commands.UpdateAsync(before.OrderId, change.Update, updateId, change.Argument(run.ResourceId), run.Cancellation);
            return answer(order, run.ResourceId);
        }
        catch (OrderRefusedException refused)
        {
            return Refusals.ToProblem(refused);
        }
        catch (OrderClosedException)
        {
            return Refusals.ToProblem(Refusal.Of(change.WhenClosed(before), "The order is closed.", new { before.OrderId }));
        }
    }
}

/// <summary>A change that an order can be asked for.</summary>
/// <param name="Update">The update's name (contract §3).</param>
/// <param name="Argument">Its argument, given the id of what it creates; <c>null</c> for none.</param>
/// <param name="WhenClosed">The refusal of an order whose workflow has ended, given how the order stands.</param>
/// <param name="ResourcePrefix">What the id of something that it creates begins with.</param>
/// <param name="Judge">A rule that needs no workflow, only the order as it stands.</param>
internal sealed record OrderChange(
    string Update, Func<string, object?> Argument, Func<OrderView, string> WhenClosed, string ResourcePrefix = "", Func<OrderView, Refusal?>? Judge = null);
