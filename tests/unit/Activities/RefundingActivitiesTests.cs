using System.Net;
using OrderOrchestration.Activities.Orders;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Refunding;
using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Tests.Unit.Activities;

/// <summary>Refunds as activities: the payment is read first, and no more is requested than is left of it.</summary>
internal sealed class RefundingActivitiesTests : ActivityFixture
{
    private const string Payment = "GET /payments/pay-1";
    private const string Refunds = "POST /payments/pay-1/refunds";

    private RefundingActivities Refunding => new(new PaymentClient(Team.Http), new MemberClient(Team.Http), Records);

    [TestCase(HttpStatusCode.Created, PaymentRefundStatus.Completed)]
    [TestCase(HttpStatusCode.Accepted, PaymentRefundStatus.Pending)]
    public async Task A_refund_answered_201_is_completed_and_answered_202_is_pending(HttpStatusCode status, PaymentRefundStatus expected)
    {
        Team.Answers(Payment, HttpStatusCode.OK, Paid(refunded: 0)).Answers(Refunds, status, new { refundId = "r-1", amount = 10_000 });
        var answer = await RunAsync(() => Refunding.RefundPaymentAsync(Refund(10_000)));

        Assert.That((answer.Status, answer.Amount), Is.EqualTo((expected, new Won(10_000))));
        Assert.That(Team.Calls[1].Key, Is.EqualTo("o-1/refund/r-1"));
    }

    [Test]
    public async Task A_refund_that_the_team_already_has_is_not_requested_again()
    {
        Team.Answers(Payment, HttpStatusCode.OK, Paid(refunded: 10_000, ("r-1", 10_000, "completed")));
        var answer = await RunAsync(() => Refunding.RefundPaymentAsync(Refund(10_000)));

        Assert.That((answer.Status, answer.Amount), Is.EqualTo((PaymentRefundStatus.Completed, new Won(10_000))));
        Assert.That(Team.Lines, Is.EqualTo(new[] { Payment }));
    }

    [Test]
    public async Task A_refund_that_the_team_has_with_another_amount_is_an_answer_mismatch()
    {
        Team.Answers(Payment, HttpStatusCode.OK, Paid(refunded: 10_001, ("r-1", 10_001, "completed")));

        Assert.That((await FailureOfAsync(() => Refunding.RefundPaymentAsync(Refund(10_000)))).ErrorType, Is.EqualTo(StepFailureTypes.AnswerMismatch));
    }

    [TestCase(25_000, 5_000)]
    [TestCase(20_000, 10_000)]
    public async Task After_a_foreign_refund_no_more_than_the_rest_is_requested(long refundedByThem, long expected)
    {
        Team.Answers(Payment, HttpStatusCode.OK, Paid(refundedByThem, ("theirs", refundedByThem, "completed")))
            .Answers(Refunds, HttpStatusCode.Created, new { refundId = "r-1", amount = expected });
        var answer = await RunAsync(() => Refunding.RefundPaymentAsync(Refund(10_000)));

        Assert.That(answer.Amount, Is.EqualTo(new Won(expected)));
        Assert.That(Team.Calls[1].Body, Does.Contain($"\"amount\":{expected}"));
    }

    [Test]
    public async Task Where_all_is_back_already_nothing_is_asked_for()
    {
        Team.Answers(Payment, HttpStatusCode.OK, Paid(refunded: 30_000, ("theirs", 30_000, "completed")));
        var answer = await RunAsync(() => Refunding.RefundPaymentAsync(Refund(10_000)));

        Assert.That((answer.Status, answer.Amount, answer.Refunds.Count), Is.EqualTo((PaymentRefundStatus.Completed, Won.Zero, 1)));
        Assert.That(Team.Lines, Is.EqualTo(new[] { Payment }));
    }

    [TestCase("r-2", 10_000)]
    [TestCase("r-1", 9_999)]
    public async Task A_refund_of_another_name_or_amount_is_not_believed(string refundId, long amount)
    {
        Team.Answers(Payment, HttpStatusCode.OK, Paid(refunded: 0)).Answers(Refunds, HttpStatusCode.Created, new { refundId, amount });

        Assert.That((await FailureOfAsync(() => Refunding.RefundPaymentAsync(Refund(10_000)))).ErrorType, Is.EqualTo(StepFailureTypes.AnswerMismatch));
    }

    [Test]
    public async Task Points_whose_use_is_uncertain_and_was_refused_are_not_restored()
    {
        Team.Answers("POST /members/m-1/point-uses", HttpStatusCode.Conflict, new { reason = "insufficient" });
        var answer = await RunAsync(() => Refunding.RestorePointsAsync(Restoration(certain: false)));

        Assert.That(answer.Points, Is.EqualTo(Won.Zero));
        Assert.That(Team.Calls.Single().Key, Is.EqualTo("o-1/points"), "asked under the key of the use itself");
    }

    [Test]
    public async Task Points_whose_use_is_uncertain_and_was_done_are_restored()
    {
        Team.Answers("POST /members/m-1/point-uses", HttpStatusCode.OK, new { points = 500 })
            .Answers("POST /members/m-1/point-restorations", HttpStatusCode.OK, new { points = 500 });

        Assert.That((await RunAsync(() => Refunding.RestorePointsAsync(Restoration(certain: false)))).Points, Is.EqualTo(new Won(500)));
    }

    [TestCase(HttpStatusCode.OK, 300, 300)]
    [TestCase(HttpStatusCode.NotFound, 0, 0)]
    public async Task A_claw_back_takes_what_there_is_and_nothing_of_a_member_who_is_gone(HttpStatusCode status, long points, long expected)
    {
        Team.Answers("POST /members/m-1/point-clawbacks", status, new { points });
        var answer = await RunAsync(() => Refunding.ClawBackPointsAsync(new ClawBackPoints(Record, OrderId, "m-1", new Won(500), "o-1/clawback/r-1")));

        Assert.That(answer.Points, Is.EqualTo(new Won(expected)));
    }

    [TestCase(501)]
    [TestCase(-1)]
    public async Task A_claw_back_of_an_impossible_number_of_points_is_not_believed(long points)
    {
        Team.Answers("POST /members/m-1/point-clawbacks", HttpStatusCode.OK, new { points });
        var failure = await FailureOfAsync(() => Refunding.ClawBackPointsAsync(new ClawBackPoints(Record, OrderId, "m-1", new Won(500), "o-1/clawback/r-1")));

        Assert.That(failure.ErrorType, Is.EqualTo(StepFailureTypes.AnswerMismatch));
    }

    private static RefundPayment Refund(long won) => new(Record, OrderId, "pay-1", "r-1", new Won(won), "changed-mind", null, "o-1/refund/r-1");

    private static RestorePoints Restoration(bool certain) =>
        new(Record, new UsePoints(OrderId, "m-1", new Won(500), "o-1/points"), certain, new Won(500), "o-1/points-restore/r-1");

    private static object Paid(long refunded, params (string RefundId, long Amount, string Status)[] refunds) => new
    {
        paymentId = "pay-1",
        status = "approved",
        amount = 30_000,
        refundedAmount = refunded,
        refunds = refunds.Select(refund => new { refundId = refund.RefundId, amount = refund.Amount, status = refund.Status }),
    };
}
