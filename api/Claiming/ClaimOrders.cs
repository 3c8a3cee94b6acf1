using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Claiming;

/// <summary>
/// Claims a member's guest orders one by one. Whose an order becomes is decided in one place: by the order while it runs, after that by the one claim
/// workflow an order can have; the look-up by phone only says which to ask.
/// </summary>
internal sealed class ClaimOrders(MemberClient members, IGuestOrders guests, IOrderCommands commands)
{
    /// <exception cref="OrdersUnavailableException">An order does not answer: the same request goes on where it was.</exception>
    public async Task<IResult> RunAsync(string memberId, string phone, IdempotentRun run)
    {
        var member = await members.FindAsync(memberId, run.Cancellation);
        if (member?.Phone is not { } own || PhoneNumber.Normalise(own) != PhoneNumber.Normalise(phone))
        {
            return Problem.Of(
                StatusCodes.Status422UnprocessableEntity, "phone-not-the-members", "The member team does not know this phone as the member's own.");
        }

        var claim = new ClaimCommand(memberId, member.Tier, member.Birthday);
        var claimed = new List<string>();
        foreach (var order in await guests.FindAsync(phone, memberId, run.Cancellation))
        {
            if (await IsClaimedAsync(order, claim, run))
            {
                claimed.Add(order.OrderId);
            }
        }

        return TypedResults.Ok(new ClaimedOrders(claimed));
    }

    /// <summary>Whether this very wish made the order the member's.</summary>
    private async Task<bool> IsClaimedAsync(GuestOrder order, ClaimCommand claim, IdempotentRun run)
    {
        try
        {
            // The member's already: then the update was this wish's own and is answered again, or it is refused.
            await commands.UpdateAsync(order.OrderId, "claim", $"claim-{run.WishId}", claim, run.Cancellation);
            return true;
        }
        catch (OrderRefusedException refused) when (refused.Slug is RefusalSlugs.AlreadyClaimed or RefusalSlugs.OrderNeedsAttention)
        {
            return false;
        }
        catch (OrderClosedException) when (order.MemberId is null)
        {
            var outcome = await commands.ClaimClosedAsync(new ClaimInput(order.OrderId, run.WishId, claim, order.Policies), run.Cancellation);
            return outcome.WishId == run.WishId;
        }
        catch (OrderClosedException)
        {
            return false;
        }
    }
}
