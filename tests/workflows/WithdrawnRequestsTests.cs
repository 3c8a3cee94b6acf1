using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Client;
using Temporalio.Client.Interceptors;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>
/// A request that was not answered in time is withdrawn: it has not happened and will not, however long the worker is away. One that the order had decided has
/// happened, and its caller gets the answer. Decision 0009.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class WithdrawnRequestsTests : OrderTests
{
    private static readonly TimeSpan Hasty = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(30);

    private static readonly CancelCommand Cancel = new("changed my mind");

    [Test]
    public async Task A_cancellation_that_no_worker_saw_in_time_does_not_happen_when_the_worker_is_back()
    {
        var order = await PlacedAsync();

        await Harness.WithoutWorkerAsync(async () =>
        {
            await Assert.ThatAsync(() => AskAsync(order, "cancel", "key-1", Cancel, Hasty), Throws.TypeOf<UpdateWithdrawnException>());
            await Harness.SkipAsync(TimeSpan.FromSeconds(2));
        });
        await order.WhenAtRestAsync();
        var view = await order.ViewAsync();
        Assert.That((view.Status, view.Payments.Count), Is.EqualTo((OrderStatus.AwaitingPayment, 1)));

        // The same command under the same key is a new try.
        Assert.That((await AskAsync(order, "cancel", "key-1", Cancel, Patient)).Status, Is.EqualTo(OrderStatus.Cancelled));
    }

    [Test]
    public async Task The_same_command_that_is_sent_again_while_the_worker_is_still_away_happens_once()
    {
        var order = await PlacedAsync();
        Task<OrderView> again = null!;

        await Harness.WithoutWorkerAsync(async () =>
        {
            await Assert.ThatAsync(() => AskAsync(order, "cancel", "key-1", Cancel, Hasty), Throws.TypeOf<UpdateWithdrawnException>());
            await Assert.ThatAsync(() => AskAsync(order, "cancel", "key-1", Cancel, Hasty), Throws.TypeOf<UpdateWithdrawnException>());
            again = AskAsync(order, "cancel", "key-1", Cancel, Patient);
        });

        Assert.That((await again).Status, Is.EqualTo(OrderStatus.Cancelled));
        await order.WhenInAsync(OrderStatus.Cancelled);
        Assert.That(order.Stored!.Types.Count(type => type == "order.cancellation-requested"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_refund_of_an_order_at_rest_that_no_worker_took_up_in_time_does_not_happen()
    {
        var order = await PlacedAsync();
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        await order.AskAsync(wf => wf.ConfirmAsync());
        await order.WhenClosedAsync();
        var refund = new RefundCommand("r-1", RefundReasons.Defective, true, [new LineQuantity("p-101", 1)]);

        await Harness.WithoutWorkerAsync(() => Assert.ThatAsync(() => AskAsync(order, "request-refund", "key-1", refund, Hasty), Throws.TypeOf<UpdateWithdrawnException>()));
        await order.WhenClosedAsync();
        Assert.That(order.Stored!.View.Refunds, Is.Empty);

        Assert.That((await AskAsync(order, "request-refund", "key-1", refund, Patient)).Refunds.Single().Status, Is.EqualTo(RefundStatus.AwaitingPickup));
        await order.LetUntilAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);
    }

    [Test]
    public async Task A_request_whose_withdrawal_was_cut_off_is_withdrawn_as_soon_as_there_is_a_connection()
    {
        var order = await PlacedAsync();
        var cutOff = new CutOffSignals();
        var client = await TemporalClient.ConnectAsync(new(Harness.Client.Connection.Options.TargetHost!) { DataConverter = OrderJson.DataConverter, Interceptors = [cutOff] });
        var runs = new OrderRuns(client, Harness.Store, Harness.Store, Harness.Store);

        await Harness.WithoutWorkerAsync(async () =>
        {
            await Assert.ThatAsync(() => runs.UpdateAsync(order.OrderId, "cancel", "key-1", _ => Cancel, Hasty, default), Throws.TypeOf<UpdateWithdrawnException>());
            await cutOff.ReconnectAsync().WaitAsync(Patient);
        });
        await order.WhenAtRestAsync();

        Assert.That((await order.ViewAsync()).Status, Is.EqualTo(OrderStatus.AwaitingPayment));
        Assert.That((await AskAsync(order, "cancel", "key-1", Cancel, Patient)).Status, Is.EqualTo(OrderStatus.Cancelled));
    }

    [Test]
    public async Task A_request_that_the_order_had_decided_before_it_was_withdrawn_is_answered()
    {
        var order = await PlacedAsync();
        var decided = await order.Handle.ExecuteUpdateAsync<OrderView>("cancel", [Cancel], new WorkflowUpdateOptions("key-1"));

        var answered = await new UpdateWithdrawal(Harness.Client, Harness.Store).DecidedAsync(order.OrderId, "key-1", default);

        Assert.That((decided.Status, answered?.Status), Is.EqualTo((OrderStatus.Cancelled, OrderStatus.Cancelled)));
    }

    private Task<OrderView> AskAsync(PlacedOrder order, string update, string key, object command, TimeSpan timeout) =>
        Harness.Runs.UpdateAsync(order.OrderId, update, key, _ => command, timeout, default);

    private async Task<PlacedOrder> PlacedAsync()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.WhenAtRestAsync();
        return order;
    }

    /// <summary>A connection on which signals fail until it is repaired.</summary>
    private sealed class CutOffSignals : IClientInterceptor
    {
        private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool isConnected;

        /// <summary>From here on signals arrive; completes with the first.</summary>
        public Task ReconnectAsync()
        {
            isConnected = true;
            return arrived.Task;
        }

        public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new Signals(this, nextInterceptor);

        private sealed class Signals(CutOffSignals connection, ClientOutboundInterceptor next) : ClientOutboundInterceptor(next)
        {
            public override async Task SignalWorkflowAsync(SignalWorkflowInput input)
            {
                if (!connection.isConnected)
                {
                    throw new RpcException(RpcException.StatusCode.Unavailable, "the connection broke", null);
                }

                await base.SignalWorkflowAsync(input);
                connection.arrived.TrySetResult();
            }
        }
    }
}
