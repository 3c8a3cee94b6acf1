using System.Net;
using Moq;
using OrderOrchestration.Activities.Orders;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Completing;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Testing;

namespace OrderOrchestration.Tests.Unit.Activities;

/// <summary>The reward of a completed order, and the order's own store, as activities.</summary>
internal sealed class CompletingActivitiesTests : ActivityFixture
{
    private const string Accruals = "POST /members/m-1/point-accruals";
    private const string Purchases = "POST /members/m-1/purchases";

    private CompletingActivities Completing => new(new MemberClient(Team.Http), Records);

    [Test]
    public async Task Points_are_accrued_and_then_the_purchase_is_recorded()
    {
        var heartbeats = new List<object?>();
        var environment = new ActivityEnvironment { Heartbeater = details => heartbeats.AddRange(details) };
        Team.Answers(Accruals, HttpStatusCode.OK, new { points = 300 }).Answers(Purchases, HttpStatusCode.OK, Purchase);
        var answer = await environment.RunAsync(() => Completing.RecordPurchaseAsync(Reward(300)));

        Assert.That(answer.Tier, Is.EqualTo("GOLD"));
        Assert.That(Team.Calls.Select(call => (call.Line, call.Key)), Is.EqualTo(new[] { (Accruals, "o-1/accrual"), (Purchases, "o-1/purchase") }));
        Assert.That(heartbeats, Is.EqualTo(new object[] { new PurchaseProgress(Accrued: true) }));
    }

    [Test]
    public async Task Without_points_only_the_purchase_is_recorded()
    {
        Team.Answers(Purchases, HttpStatusCode.OK, Purchase);
        await RunAsync(() => Completing.RecordPurchaseAsync(Reward(0)));

        Assert.That(Team.Lines, Is.EqualTo(new[] { Purchases }));
    }

    [TestCase(HttpStatusCode.BadRequest, true)]
    [TestCase(HttpStatusCode.ServiceUnavailable, false)]
    public async Task A_purchase_that_fails_after_the_accrual_says_that_points_were_accrued(HttpStatusCode status, bool isFinal)
    {
        Team.Answers(Accruals, HttpStatusCode.OK, new { points = 300 }).Answers(Purchases, status);
        var failure = await FailureOfAsync(() => Completing.RecordPurchaseAsync(Reward(300)));

        Assert.That(failure.NonRetryable, Is.EqualTo(isFinal));
        Assert.That(failure.Details.ElementAt<PurchaseProgress>(0).Accrued, Is.True);
    }

    [Test]
    public async Task An_accrual_of_another_number_of_points_is_not_believed()
    {
        Team.Answers(Accruals, HttpStatusCode.OK, new { points = 301 });

        Assert.That((await FailureOfAsync(() => Completing.RecordPurchaseAsync(Reward(300)))).ErrorType, Is.EqualTo(StepFailureTypes.AnswerMismatch));
    }

    [Test]
    public async Task A_refusal_is_recorded_only_of_an_order_that_was_made_known()
    {
        var recording = new RecordingActivities(Store.Object, Records);
        Store.SetupSequence(store => store.FindSnapshotAsync(OrderId, It.IsAny<CancellationToken>())).ReturnsAsync((Order?)null).ReturnsAsync(Record.Snapshot);
        for (var time = 0; time < 2; time++)
        {
            await Environment.RunAsync(() => recording.RecordRefusalAsync(Record));
        }

        Store.Verify(store => store.WriteAsync(Record, It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Once);
    }

    [Test]
    public async Task A_record_is_written_for_the_run_that_writes_it()
    {
        var environment = new ActivityEnvironment { Info = Environment.Info with { WorkflowRunId = "run-7" } };
        await environment.RunAsync(() => new RecordingActivities(Store.Object, Records).RecordOrderAsync(Record));

        Store.Verify(store => store.WriteAsync(Record, "run-7", It.IsAny<CancellationToken>()), Times.Once);
    }

    private static object Purchase => new { monthAmount = 30_000, totalAmount = 30_000, tier = "GOLD", previousTier = "BASIC" };

    private static RecordPurchase Reward(long points) =>
        new(Record, OrderId, "m-1", new Won(points), "o-1/accrual", new Won(30_000), [Given.Line("p-1")], "o-1/purchase");
}
