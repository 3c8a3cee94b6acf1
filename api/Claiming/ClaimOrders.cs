using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Teams;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Claiming;

/// <summary>
/// Claims a member's guest orders one by one. The look-up by phone finds candidates; each order's workflow decides whether the claim is accepted.
/// </summary>
internal sealed class ClaimOrders(MemberClient members, IGuestOrders guests, IOrderCommands commands)
{
    /// <exception cref="OrdersUnavailableException">An order does not answer in time. The same request, sent again, continues with the remaining orders.</exception>
    public async Task<IResult> RunAsync(string memberId, string phone, IdempotentRun run)
    {
        var answer = await TeamTimeout.TryAsync<TeamAnswer<MemberFact>>(
            async token => new TeamAnswer<MemberFact>(await members.FindAsync(memberId, token)), run.Cancellation);
        if (answer is not { Value: var member })
        {
            return new Passing(Problem.Of(
                StatusCodes.Status422UnprocessableEntity, ProblemTypes.PhoneNotVerifiable, "The member team does not answer; the same request may be sent again."));
        }

        if (member?.Phone is not { } own || PhoneNumber.Normalise(own) != PhoneNumber.Normalise(phone))
        {
            return Problem.Of(
                StatusCodes.Status422UnprocessableEntity, ProblemTypes.PhoneNotTheMembers, "The member team does not know this phone as the member's own.");
        }

        var claimed = new List<string>();
        foreach (var order in await guests.FindAsync(phone, memberId, run.Cancellation))
        {
            if (await TryClaimAsync(order.OrderId, memberId, member, run))
            {
                claimed.Add(order.OrderId);
            }
        }

        return TypedResults.Ok(new ClaimedOrders(claimed));
    }

    /// <summary>Sends the claim; true if the order accepted this command.</summary>
    private async Task<bool> TryClaimAsync(string orderId, string memberId, MemberFact member, IdempotentRun run)
    {
        try
        {
            await commands.UpdateAsync(
                orderId, "claim", $"claim-{run.CommandId}", seen => new ClaimCommand(memberId, member.Tier, member.Birthday, seen, run.CommandId), run.Cancellation);
            return true;
        }
        catch (OrderRefusedException)
        {
            // Another member claimed the order, or its placement was undone.
            return false;
        }
        catch (OrderUnknownException)
        {
            return false;
        }
    }
}
