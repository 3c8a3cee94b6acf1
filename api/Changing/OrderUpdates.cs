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
/// Sends an order a command: finds it for its caller, sends the update and answers the order after it, or why its state does not admit it.
/// </summary>
internal sealed class OrderUpdates(OrderAccess access, IOrderCommands commands, IdempotentRequests requests, OrderLimit limit)
{
    /// <param name="change">What is asked for.</param>
    /// <param name="answer">The answer, made of the order after the change.</param>
    public async Task<IResult> SendAsync(HttpContext context, string orderId, OrderChange change, Func<OrderView, string, IResult> answer)
    {
        var found = await access.FindAsync(context.User, orderId, context.RequestAborted);
        if (found.Order is not { } order)
        {
            return found.Problem!;
        }

        return change.Judge?.Invoke(order) is { } refusal
            ? Refusals.ToProblem(refusal)
            : await requests.RunAsync(context, change.ResourcePrefix, run => LimitAsync(context, order, change, run, answer));
    }

    // What the order did not take is not kept under the key: the same request sent again runs.
    private async Task<IResult> LimitAsync(
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

/// <summary>A change that an order can be asked for.</summary>
/// <param name="Update">The update's name (contract §3).</param>
/// <param name="Command">Its argument, given the id of what it creates and the version of the order that the store has.</param>
/// <param name="ResourcePrefix">What the id of something that it creates begins with.</param>
/// <param name="Judge">A rule that needs no workflow, only the order as it stands.</param>
internal sealed record OrderChange(
    string Update, Func<string, long, object> Command, string ResourcePrefix = "", Func<OrderView, Refusal?>? Judge = null);
