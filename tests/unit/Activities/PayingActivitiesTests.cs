using System.Net;
using Moq;
using OrderOrchestration.Activities.Orders;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Tests.Unit.Activities;

/// <summary>Payment attempts as activities: what Temporal retries, what it does not, and which answers about money are refused.</summary>
internal sealed class PayingActivitiesTests : ActivityFixture
{
    private static readonly RequestPayment Request = new(Record, OrderId, 1, new Won(30_000), "card", "m-1", [Given.Line("p-1")], "o-1/payment/1");

    private PayingActivities Paying => new(new PaymentClient(Team.Http), Records);

    [Test]
    public async Task The_record_is_written_before_the_team_is_called()
    {
        Store.Setup(store => store.WriteAsync(Record, It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Callback(() => Assert.That(Team.Calls, Is.Empty))
            .ReturnsAsync(RecordOutcome.Written);
        Team.Answers("POST /payments", HttpStatusCode.Accepted, new { paymentId = "pay-1" });

        Assert.That(await RunAsync(() => Paying.RequestPaymentAsync(Request)), Is.EqualTo(new PaymentReference("pay-1")));
        Store.Verify(store => store.WriteAsync(Record, It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Once);
        Assert.That(Team.Calls.Single().Key, Is.EqualTo("o-1/payment/1"));
    }

    [Test]
    public async Task A_superseded_run_calls_no_team()
    {
        Store.Setup(store => store.WriteAsync(It.IsAny<OrderRecord>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(RecordOutcome.Superseded);
        var failure = await FailureOfAsync(() => Paying.RequestPaymentAsync(Request));

        Assert.That((failure.ErrorType, failure.NonRetryable), Is.EqualTo((StepFailureTypes.OrderSuperseded, true)));
        Assert.That(Team.Calls, Is.Empty);
    }

    [TestCase(HttpStatusCode.ServiceUnavailable)]
    [TestCase(HttpStatusCode.InternalServerError)]
    [TestCase(HttpStatusCode.RequestTimeout)]
    public async Task An_outage_is_repeated_by_Temporal(HttpStatusCode status)
    {
        Team.Answers("POST /payments", status);
        var failure = await FailureOfAsync(() => Paying.RequestPaymentAsync(Request));

        Assert.That((failure.ErrorType, failure.NonRetryable), Is.EqualTo((StepFailureTypes.PartnerUnavailable, false)));
    }

    [Test]
    public async Task A_Retry_After_of_the_team_is_the_next_retry_delay()
    {
        Team.Answers("POST /payments", HttpStatusCode.TooManyRequests, retryAfter: TimeSpan.FromSeconds(17));

        Assert.That((await FailureOfAsync(() => Paying.RequestPaymentAsync(Request))).NextRetryDelay, Is.EqualTo(TimeSpan.FromSeconds(17)));
    }

    [Test]
    public async Task A_connection_that_breaks_is_repeated_by_Temporal()
    {
        Team.Fails("POST /payments", new HttpRequestException("connection reset"));

        Assert.That((await FailureOfAsync(() => Paying.RequestPaymentAsync(Request))).ErrorType, Is.EqualTo(StepFailureTypes.PartnerUnavailable));
    }

    [TestCase(HttpStatusCode.BadRequest)]
    [TestCase(HttpStatusCode.Forbidden)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task A_refusal_is_not_repeated(HttpStatusCode status)
    {
        Team.Answers("POST /payments", status);
        var failure = await FailureOfAsync(() => Paying.RequestPaymentAsync(Request));

        Assert.That((failure.ErrorType, failure.NonRetryable), Is.EqualTo((StepFailureTypes.PartnerRefused, true)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("..")]
    [TestCase("two\nlines")]
    public async Task An_answer_without_a_payment_that_can_be_named_is_not_believed(string? paymentId)
    {
        Team.Answers("POST /payments", HttpStatusCode.Accepted, new { paymentId });
        var failure = await FailureOfAsync(() => Paying.RequestPaymentAsync(Request));

        Assert.That((failure.ErrorType, failure.NonRetryable), Is.EqualTo((StepFailureTypes.AnswerMismatch, true)));
    }

    [Test]
    public void A_cancelled_activity_ends_as_cancelled_and_not_as_an_outage()
    {
        Team.NeverAnswers("POST /payments");
        Environment.CancellationTokenSource.CancelAfter(TimeSpan.FromMilliseconds(50));

        Assert.That(async () => await RunAsync(() => Paying.RequestPaymentAsync(Request)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_repeated_request_sends_the_same_key_and_body()
    {
        Team.Answers("POST /payments", HttpStatusCode.OK, new { paymentId = "pay-1" });
        await RunAsync(() => Paying.RequestPaymentAsync(Request));
        await RunAsync(() => Paying.RequestPaymentAsync(Request));

        Assert.That(Team.Calls[1], Is.EqualTo(Team.Calls[0]));
    }

    [Test]
    public async Task An_attempt_whose_answer_never_came_is_asked_for_again_under_its_own_key_and_cancelled()
    {
        Team.Answers("POST /payments", HttpStatusCode.OK, new { paymentId = "pay-1" })
            .Answers("GET /payments/pay-1", HttpStatusCode.OK, Payment("pending"))
            .Answers("POST /payments/pay-1/cancel", HttpStatusCode.OK, new { status = "cancelled" });
        var closing = await RunAsync(() => Paying.ClosePaymentAsync(Close(paymentId: null)));

        Assert.That((closing.PaymentId, closing.Status, closing.ApprovedLate), Is.EqualTo(("pay-1", PaymentStatus.Cancelled, false)));
        Assert.That(Team.Calls.Select(call => (call.Line, call.Key)), Is.EqualTo(new[]
        {
            ("POST /payments", (string?)"o-1/payment/1"), ("GET /payments/pay-1", null), ("POST /payments/pay-1/cancel", "o-1/payment-close/1"),
        }));
    }

    [Test]
    public async Task An_approval_that_was_faster_than_the_cancellation_is_returned_with_its_amount()
    {
        Team.Answers("GET /payments/pay-1", HttpStatusCode.OK, Payment("pending"))
            .Answers("POST /payments/pay-1/cancel", HttpStatusCode.OK, new { status = "approved" });
        var closing = await RunAsync(() => Paying.ClosePaymentAsync(Close("pay-1")));

        Assert.That((closing.Status, closing.ApprovedLate, closing.Amount), Is.EqualTo((PaymentStatus.Approved, true, new Won(30_000))));
    }

    [TestCase("declined", PaymentStatus.Declined)]
    [TestCase("approved", PaymentStatus.Approved)]
    [TestCase("cancelled", PaymentStatus.Cancelled)]
    public async Task A_payment_that_is_already_decided_is_not_cancelled(string status, PaymentStatus expected)
    {
        Team.Answers("GET /payments/pay-1", HttpStatusCode.OK, Payment(status));
        var closing = await RunAsync(() => Paying.ClosePaymentAsync(Close("pay-1")));

        Assert.That((closing.Status, closing.ApprovedLate), Is.EqualTo((expected, false)));
        Assert.That(Team.Lines, Is.EqualTo(new[] { "GET /payments/pay-1" }));
    }

    [TestCase(-1, 0)]
    [TestCase(30_000, 30_001)]
    [TestCase(30_000, -1)]
    public async Task Amounts_that_make_no_sense_are_not_believed(long amount, long refunded)
    {
        Team.Answers("GET /payments/pay-1", HttpStatusCode.OK, new { status = "approved", amount, refundedAmount = refunded });

        Assert.That((await FailureOfAsync(() => Paying.ReadPaymentAsync(new ReadPayment(null, "pay-1")))).ErrorType, Is.EqualTo(StepFailureTypes.AnswerMismatch));
    }

    private static ClosePayment Close(string? paymentId) => new(Record, Request, paymentId, "timed-out", "o-1/payment-close/1");

    private static object Payment(string status) => new { paymentId = "pay-1", status, amount = 30_000, refundedAmount = 0 };
}
