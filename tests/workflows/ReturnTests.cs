using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>Tests of delivered orders, parts of which go back.</summary>
public abstract class ReturnTests : OrderTests
{
    /// <summary>Money without goods is approved by an admin whatever its size; an admin's own request is its approval.</summary>
    private protected const string Admin = "admin:a-1";

    private protected static OrderRequest Of(string productId, int quantity) =>
        Requests.Plain(OrderHarness.NewOrderId()) with { Lines = [new LineQuantity(productId, quantity)] };

    private protected static Task<OrderView> RefundAsync(PlacedOrder order, string reason, bool? returnRequired, params LineQuantity[] lines) =>
        order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", reason, returnRequired, lines, returnRequired == false ? Admin : "customer")));

    private protected static Task<OrderView> DecideAsync(PlacedOrder order, string refundId, bool approved) =>
        order.AskAsync(wf => wf.DecideRefundAsync(new RefundDecision(refundId, approved, "admin:lee", "seen")));

    private protected async Task<PlacedOrder> DeliveredAsync(OrderRequest request, OrderPolicies? policies = null)
    {
        var order = await Harness.PlaceAsync(request, policies);
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        await order.ViewAsync();
        return order;
    }

    private protected async Task<PlacedOrder> CompletedAsync(OrderRequest request, string memberId)
    {
        var order = await DeliveredAsync(request with { MemberId = memberId });
        await order.AskAsync(wf => wf.ConfirmAsync());
        await Harness.Calls.WhenAsync(() => order.Account.PurchasesRecorded == 1);
        return order;
    }
}
