using System.Net;
using OrderOrchestration.Api.Reconciliations;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Tests.Api.Operations;

/// <summary><c>POST</c> and <c>GET /v1/reconciliations/{day}</c> (결제 대사).</summary>
public sealed class ReconciliationTests : FakedApi
{
    private const string Day = "2026-01-15";

    private FakeReconciliations Reconciliations => (FakeReconciliations)Api.Service<IReconciliationCommands>();

    private HttpClient Admin => Api.As("admin", "a-1");

    [Test]
    public async Task A_day_that_was_compared_is_200_with_its_sums_and_differences()
    {
        Reconciliations.Differences = [Difference("pay-1"), Difference("pay-2") with { OrderId = null, Ours = null, Done = DifferenceOutcome.None }];
        using var posted = await Admin.PostAsync($"/v1/reconciliations/{Day}", null, null);
        var day = await posted.JsonAsync();

        Assert.That((posted.StatusCode, day.Text("day"), day.Text("status")), Is.EqualTo((HttpStatusCode.OK, Day, "completed")));
        Assert.That((day.Won("payments"), day.Won("refunds"), day.Won("differenceCount")), Is.EqualTo((10L, 2L, 2L)));
        Assert.That(day.GetProperty("sums").ToString(), Is.EqualTo("""{"ours":{"paid":100000,"refunded":5000},"theirs":{"paid":90000,"refunded":5000}}"""));
        var first = day.GetProperty("differences")[0];
        Assert.That((first.Text("orderId"), first.Text("paymentId"), first.Text("kind"), first.Text("done")), Is.EqualTo(("o-1", "pay-1", "amount", "attention")));
        Assert.That((first.Won("ours"), first.Won("theirs")), Is.EqualTo((104_500L, 100L)));
        Assert.That(day.GetProperty("differences")[1].TryGetProperty("orderId", out _), Is.False);
        Assert.That(await GetAsync(string.Empty), Is.EqualTo(day.ToString()));
    }

    [Test]
    public async Task One_that_runs_longer_than_its_caller_waits_is_202_and_running()
    {
        Reconciliations.IsSlow = true;
        using var posted = await Admin.PostAsync($"/v1/reconciliations/{Day}", null, null);

        Assert.That((posted.StatusCode, (await posted.JsonAsync()).Text("status")), Is.EqualTo((HttpStatusCode.Accepted, "running")));
        Assert.That(posted.Headers.Location?.ToString(), Is.EqualTo($"/v1/reconciliations/{Day}"));
    }

    [Test]
    public async Task One_that_could_not_be_done_is_failed_and_says_why()
    {
        Reconciliations.Error = "Payment: GET /payments answered nothing";
        using var posted = await Admin.PostAsync($"/v1/reconciliations/{Day}", null, null);
        var day = await posted.JsonAsync();

        Assert.That((day.Text("status"), day.Text("error")), Is.EqualTo(("failed", "Payment: GET /payments answered nothing")));
    }

    [Test]
    public async Task A_repeat_compares_anew_and_shows_what_it_finds()
    {
        Reconciliations.Differences = [Difference("pay-1"), Difference("pay-2")];
        using var first = await Admin.PostAsync($"/v1/reconciliations/{Day}", null, null);
        Reconciliations.Differences = [Difference("pay-2") with { Theirs = new Won(200) }];
        using var second = await Admin.PostAsync($"/v1/reconciliations/{Day}", null, null);
        var day = await second.JsonAsync();

        Assert.That(day.Won("run"), Is.EqualTo(2));
        Assert.That(day.GetProperty("differences").EnumerateArray().Select(one => (one.Text("paymentId"), one.Won("theirs"))), Is.EqualTo(new[] { ("pay-2", 200L) }));
    }

    [Test]
    public async Task Differences_are_paged()
    {
        Reconciliations.Differences = [Difference("pay-1"), Difference("pay-2"), Difference("pay-3")];
        using var posted = await Admin.PostAsync($"/v1/reconciliations/{Day}", null, null);
        var first = await Admin.GetAsync(new Uri($"/v1/reconciliations/{Day}?limit=2", UriKind.Relative)).JsonAsync();
        var second = await Admin.GetAsync(new Uri($"/v1/reconciliations/{Day}?limit=2&cursor={first.Text("nextCursor")}", UriKind.Relative)).JsonAsync();

        Assert.That(first.GetProperty("differences").GetArrayLength(), Is.EqualTo(2));
        Assert.That(second.GetProperty("differences")[0].Text("paymentId"), Is.EqualTo("pay-3"));
        Assert.That(second.TryGetProperty("nextCursor", out _), Is.False);
    }

    [Test]
    public async Task The_differences_come_as_a_csv_file_that_holds_no_formula()
    {
        Reconciliations.Differences = [Difference("=pay,1"), Difference("pay-2") with { RefundId = "r-1", Theirs = null }];
        using var posted = await Admin.PostAsync($"/v1/reconciliations/{Day}", null, null);
        using var file = await Admin.GetAsync(new Uri($"/v1/reconciliations/{Day}.csv", UriKind.Relative));
        var lines = (await file.Content.ReadAsStringAsync()).TrimStart('\uFEFF').Split("\r\n");

        Assert.That(file.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/csv; charset=utf-8"));
        Assert.That(lines[0], Is.EqualTo("foundAt,orderId,paymentId,attempt,refundId,kind,ours,theirs,oursStatus,theirsStatus,done"));
        Assert.That(lines[1], Does.EndWith(",o-1,\"'=pay,1\",1,,amount,104500,100,approved,approved,attention"));
        Assert.That(lines[2], Does.EndWith(",o-1,pay-2,1,r-1,amount,104500,,approved,approved,attention"));
    }

    [Test]
    public async Task A_difference_is_on_its_orders_timeline_and_in_the_feed()
    {
        var orderId = await PlaceAsync();
        Reconciliations.Differences = [Difference("pay-1") with { OrderId = orderId }];
        using var posted = await Admin.PostAsync($"/v1/reconciliations/{Day}", null, null);
        using var again = await Admin.PostAsync($"/v1/reconciliations/{Day}", null, null);
        var events = await Admin.GetAsync(new Uri($"/v1/orders/{orderId}/events", UriKind.Relative)).JsonAsync();

        var found = events.GetProperty("items").EnumerateArray().Single(one => one.Text("type") == "reconciliation.difference-found");
        Catalogued.Check(found);
        Assert.That((found.Text("subject"), found.GetProperty("data").Text("day")), Is.EqualTo((orderId, Day)));
    }

    [TestCase("2026-02-30")]
    [TestCase("9999-12-31")]
    [TestCase("1999-12-31")]
    public async Task A_day_that_is_none_is_400(string day)
    {
        using var posted = await Admin.PostAsync($"/v1/reconciliations/{day}", null, null);

        Assert.That((posted.StatusCode, await posted.SlugAsync()), Is.EqualTo((HttpStatusCode.BadRequest, "malformed-request")));
    }

    [Test]
    public async Task A_day_that_has_not_begun_is_400_and_leaves_nothing()
    {
        var tomorrow = BusinessDay.Text(BusinessDay.Of(DateTimeOffset.UtcNow).AddDays(2));
        using var posted = await Admin.PostAsync($"/v1/reconciliations/{tomorrow}", null, null);

        Assert.That(posted.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase("")]
    [TestCase(".csv")]
    public async Task A_day_that_was_never_compared_is_404(string suffix)
    {
        using var response = await Admin.GetAsync(new Uri($"/v1/reconciliations/2026-01-16{suffix}", UriKind.Relative));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static ReconciliationDifference Difference(string paymentId) => new(
        DifferenceKind.Amount, "o-1", paymentId, 1, null, new Won(104_500), new Won(100), "approved", "approved", DifferenceOutcome.Attention);

    private async Task<string> GetAsync(string suffix) =>
        (await Admin.GetAsync(new Uri($"/v1/reconciliations/{Day}{suffix}", UriKind.Relative)).JsonAsync()).ToString();
}
