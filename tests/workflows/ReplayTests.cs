using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Tests.Workflows.Faults;
using OrderOrchestration.Tests.Workflows.Worlds;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Claiming;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Common;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>
/// Orders and settlements of earlier days must go on under today's code: their recorded histories are replayed. Record all anew (only together with a change that is
/// patched, or before the first release) with
/// <c>ORDER_TESTS_RECORD_HISTORIES=$PWD/tests/workflows/Histories dotnet test tests/workflows --filter FullyQualifiedName~ReplayTests</c>.
/// </summary>
public sealed class ReplayTests
{
    private static readonly string? RecordTo = Environment.GetEnvironmentVariable("ORDER_TESTS_RECORD_HISTORIES");

    private static string Folder => RecordTo ?? Path.Combine(TestContext.CurrentContext.TestDirectory, "Histories");

    private static readonly OrderPolicies Policies = new() { RefundApprovalThreshold = new Won(30_000) };

    private static readonly Course ApprovedRefund = new(
        "partly-refunded-with-approval", OrderStatus.Completed, Requests.Combined, journey => journey.DeliverAsync(), async journey =>
        {
            await journey.RefundAsync(RefundReasons.WrongItem, returnRequired: true, new LineQuantity("p-100", 1));
            await journey.Order.AskAsync(wf => wf.DecideRefundAsync(new RefundDecision("r-1", true, "admin:lee", "seen")));
            await journey.Order.LetAsync("logistics.return-picked-up");
            await journey.Order.WhenInAsync(OrderStatus.PartiallyRefunded);
        });

    private static readonly Course Recovered = new("parked-and-recovered", OrderStatus.Completed, Requests.Combined, journey => journey.PlaceAsync(), async journey =>
    {
        journey.World.Teams.Faults.Set(new FaultRule(Team.Product, Path: "/stock-reservations/*/commit", Status: 400));
        await journey.Order.LetTeamsActAsync();
        await journey.Order.WhenAsync(stored => stored.View.Attention is not null);
        journey.World.Teams.Faults.Clear();
        await journey.Order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("retry", "the team is back", "operator:kim")));
        await journey.PreparedAsync();
        await journey.Order.LetDeliverAsync();
    });

    [TestCaseSource(nameof(Recorded))]
    public async Task A_recorded_order_replays(object course)
    {
        var file = Path.Combine(Folder, $"{course}.json");
        if (RecordTo is not null)
        {
            await RecordAsync((Course)course, file);
        }

        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = OrderJson.DataConverter }.AddWorkflow<OrderWorkflow>());
        var result = await replayer.ReplayWorkflowAsync(WorkflowHistory.FromJson("order-recorded", await File.ReadAllTextAsync(file)), throwOnReplayFailure: false);

        Assert.That(result.ReplayFailure, Is.Null);
    }

    [Test]
    public async Task A_recorded_settlement_replays(
        [Values("settlement-daily", "settlement-page", "settlement-last-page", "payout-run", "payout-completed", "payout-failed", "settlement-stuck")] string name)
    {
        var file = Path.Combine(Folder, $"{name}.json");
        if (RecordTo is not null && !File.Exists(file))
        {
            await SettlementHistories.RecordAsync(RecordTo);
        }

        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = OrderJson.DataConverter }
            .AddWorkflow<SettlementDailyWorkflow>()
            .AddWorkflow<SettlementWorkflow>()
            .AddWorkflow<PayoutRunWorkflow>()
            .AddWorkflow<PayoutWorkflow>());

        var result = await replayer.ReplayWorkflowAsync(WorkflowHistory.FromJson(name, await File.ReadAllTextAsync(file)), throwOnReplayFailure: false);

        Assert.That(result.ReplayFailure, Is.Null);
    }

    [TestCase("claim-completed", OrderStatus.Completed)]
    [TestCase("claim-cancelled", OrderStatus.Cancelled)]
    public async Task A_recorded_claim_of_a_closed_guest_order_replays(string name, OrderStatus end)
    {
        var file = Path.Combine(Folder, $"{name}.json");
        if (RecordTo is not null)
        {
            await RecordClaimAsync(end, file);
        }

        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = OrderJson.DataConverter }.AddWorkflow<GuestClaimWorkflow>());
        var result = await replayer.ReplayWorkflowAsync(WorkflowHistory.FromJson(name, await File.ReadAllTextAsync(file)), throwOnReplayFailure: false);

        Assert.That(result.ReplayFailure, Is.Null);
    }

    private static async Task RecordClaimAsync(OrderStatus end, string file)
    {
        await using var world = await OrderWorld.StartAsync();
        var order = await world.PlaceAsync(
            Requests.Plain(OrderWorld.NewOrderId()) with { MemberId = null, Guest = new GuestContact("비회원", "010-9999-0001", "guest@example.com") });
        if (end == OrderStatus.Cancelled)
        {
            await order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
        }
        else
        {
            await order.LetPaymentBeApprovedAsync();
            await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        }

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(end));
        var claim = new ClaimInput(order.OrderId, "wish-1", new ClaimCommand("m-3", "BASIC", null), new OrderPolicies());
        var claiming = await world.Client.StartWorkflowAsync(
            (GuestClaimWorkflow workflow) => workflow.RunAsync(claim), new(ClaimTemporal.WorkflowId(order.OrderId), OrderTemporal.TaskQueue));
        Assert.That((await claiming.GetResultAsync()).MemberId, Is.EqualTo("m-3"));
        await RecordedHistory.WriteAsync(file, await claiming.FetchHistoryAsync());
    }

    private static async Task RecordAsync(Course course, string file)
    {
        await using var world = await OrderWorld.StartAsync();
        var journey = new Journey(world, course.Request(OrderWorld.NewOrderId()), Policies);
        await (course.Before?.Invoke(journey) ?? Task.CompletedTask);
        await course.Then(journey);
        Assert.That((await journey.Order.WhenEndedAsync()).Status, Is.EqualTo(course.End));
        await RecordedHistory.WriteAsync(file, await journey.Order.Handle.FetchHistoryAsync());
    }

    private static IEnumerable<TestCaseData> Recorded() =>
        new[] { Courses.Kept, Courses.CancelledPaid, Courses.PaidAgain, ApprovedRefund, Courses.Exchanged, Courses.CalledBack, Recovered }
            .Select(course => new TestCaseData(course).SetArgDisplayNames(course.Name));
}
