using System.Net.Http.Json;
using System.Text.Json;
using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Operation.Observing;
using OrderOrchestration.Tests.Operation.Support;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Operation.Night;

/// <summary>
/// A night in skipped time: orders come in, goods are delivered, kept, sent back; teams are away; the day is settled, compared and paid out. What the programs
/// exported meanwhile is given to a real Prometheus, and what the dashboards then show is what stands in the books.
/// </summary>
[NonParallelizable]
[CancelAfter(900_000)]
public sealed class NightTests
{
    private static readonly TimeOnly Evening = new(19, 0);
    private static readonly TimeOnly Payouts = new(10, 0);

    private readonly List<string> kept = [];
    private NightSystem system = null!;
    private PrometheusServer prometheus = null!;
    private Books before = null!;
    private Books books = null!;
    private string warmUp = "";
    private JsonElement[] orders = [];
    private JsonElement settled;
    private JsonElement reconciled;
    private (string OrderId, string MemberId) left;
    private int placed;

    private static IReadOnlyList<Panel> Panels { get; } =
        [.. Directory.GetFiles(Repository.File("deploy", "grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal).SelectMany(Panel.Of)];

    /// <summary>The orders of the night.</summary>
    private IEnumerable<OrderAccount> Accounts => books.Orders.Where(account => account.OrderId != warmUp);

    private DateOnly Today => BusinessDay.Of(system.Scraped.Start);

    [OneTimeSetUp]
    public async Task PlayAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(12));
        HashSet<string> names = [.. Panels.SelectMany(panel => MetricNames.Of(panel.Expression)), .. AlertRules.All.SelectMany(alert => MetricNames.Of(alert.Expr))];
        system = await NightSystem.StartAsync(Evening, Payouts, names, timeout.Token);
        await WarmUpAsync(timeout.Token);
        await SellAsync(timeout.Token);
        await LetLogisticsBeAwayAsync(timeout.Token);
        await SleepAsync(timeout.Token);
        await WakeAsync(timeout.Token);
        await ReadBooksAsync(timeout.Token);
        prometheus = await PrometheusServer.StartAsync(system.Scraped, timeout.Token);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (prometheus is not null)
        {
            await prometheus.DisposeAsync();
        }

        if (system is not null)
        {
            await system.DisposeAsync();
        }
    }

    [Test]
    public async Task Every_query_of_every_dashboard_is_one_that_prometheus_takes_and_finds_what_the_programs_exported(CancellationToken cancellationToken)
    {
        // What did not happen this night: an answer 5xx, a caller without a connection, a day or a payout that is stuck.
        string[] quiet = ["Requests that failed (5xx), a second", "Callers that wait for a connection", "Days and payouts that wait for an operator"];
        var empty = new List<string>();
        foreach (var panel in Panels)
        {
            if (await prometheus.CountAsync(panel.Over("4m"), system.Scraped.Start, system.Now, cancellationToken) == 0)
            {
                empty.Add(panel.Title);
            }
        }

        Assert.That(empty, Is.EquivalentTo(quiet));
    }

    [Test]
    public async Task Nobody_was_answered_an_error(CancellationToken cancellationToken) => Assert.That(
        await prometheus.QueryAsync(
            "sum by (http_request_method, http_route, http_response_status_code) (http_server_request_duration_seconds_count{http_response_status_code=~\"5..\"})", system.Now, cancellationToken),
        Is.Empty);

    [Test]
    public async Task The_orders_that_came_and_ended_are_those_of_the_books(CancellationToken cancellationToken)
    {
        await ShowsAsync("Placed in a day", "", placed, cancellationToken);
        await ShowsAsync("Completed in a day", "", Having("completed"), cancellationToken);
        await ShowsAsync("Cancelled in a day", "", Having("cancelled"), cancellationToken);
        await ShowsAMinuteAsync("Placed, a minute", "", placed, cancellationToken);
        foreach (var reason in orders.Where(order => order.GetProperty("status").GetString() == "cancelled").CountBy(order => order.GetProperty("cancelReason").GetString()!))
        {
            await ShowsAMinuteAsync("Ended, a minute", $"reason={reason.Key},status=cancelled", reason.Value, cancellationToken);
        }

        Assert.That(orders, Has.Length.EqualTo(placed));
        Assert.That(Accounts.Count(account => account.Shipments.Any(shipment => shipment.Waybill is not null)), Is.EqualTo(Having("completed") + Having("partially-refunded")));
        Assert.That(Having("completed"), Is.EqualTo(kept.Count));
    }

    [Test]
    public async Task The_won_that_were_paid_and_given_back_are_those_of_the_payment_teams_books(CancellationToken cancellationToken)
    {
        var card = CardMoney.Of(Accounts.SelectMany(account => account.Payments));
        Assert.That((card.RefundedByOrderTeam, card.RefundedByConsole, card.RefundsPending), Is.EqualTo((33_000L + 10_000L, 10_000L, 0L)));
        await ShowsAsync("Won paid in a day", "", card.Charged, cancellationToken);
        await ShowsAsync("Won given back in a day", "origin=own", card.RefundedByOrderTeam, cancellationToken);
        await ShowsAsync("Won given back in a day", "origin=foreign", card.RefundedByConsole, cancellationToken);

        var payments = Accounts.SelectMany(account => account.Payments).ToList();
        await ShowsAMinuteAsync("Payments approved and declined, a minute", "type=payment.approved", payments.Count(payment => payment.Charged > 0), cancellationToken);
        await ShowsAMinuteAsync(
            "Payments approved and declined, a minute", "type=payment.declined", payments.Count(payment => payment.Status == PaymentStatus.Declined), cancellationToken);
        await ShowsCallsAsync("Payments asked for, a minute", "outcome=ok", "team=\"payment\", operation=\"POST /payments\"", payments.Count, cancellationToken);
        await ShowsCallsAsync(
            "Refunds asked for, a minute",
            "outcome=ok",
            "team=\"payment\", operation=\"POST /payments/{id}/refunds\"",
            payments.SelectMany(payment => payment.Refunds).Count(refund => refund.Origin == RefundOrigin.OrderTeam),
            cancellationToken);
        await ShowsAsync("Refunds past their day", "", 0, cancellationToken);
    }

    [Test]
    public async Task The_settled_day_and_its_payouts_are_those_of_the_statements_and_of_the_finance_teams_books(CancellationToken cancellationToken)
    {
        var totals = settled.GetProperty("totals");
        foreach (var (amount, column) in new[] { ("sales", "sales"), ("refunds", "refunds"), ("commission", "commission"), ("payable", "amount") })
        {
            await ShowsAsync("The day that was settled last, won", "amount=" + amount, totals.GetProperty(column).GetInt64(), cancellationToken);
        }

        // Sold on the day: two units of each order that was kept before midnight; the rest is settled the night after.
        Assert.That(totals.GetProperty("sales").GetInt64(), Is.EqualTo((kept.Count - 1) * 30_000L));
        Assert.That(books.Payouts.Sum(payout => payout.Amount), Is.EqualTo(totals.GetProperty("amount").GetInt64()));
        Assert.That(books.Payouts.Select(payout => payout.Status), Has.All.EqualTo(PayoutState.Completed));
        Assert.That(books.TaxInvoices.Sum(invoice => invoice.Commission), Is.EqualTo(totals.GetProperty("commission").GetInt64()));
        await ShowsAsync("Sellers are to be paid, won", "", 0, cancellationToken);
        var before = await prometheus.QueryAsync(
            Find("Sellers are to be paid, won").Over("1d"), NightSystem.Moment(Today.AddDays(1), Payouts).AddMinutes(-1), cancellationToken);
        Assert.That(before.Values.Single(), Is.EqualTo(totals.GetProperty("amount").GetInt64()), "until the payouts");
        await ShowsCallsAsync(
            "Payouts and tax invoices, a minute", "operation=POST /payouts,outcome=ok", "team=\"finance\", operation=\"POST /payouts\"", books.Payouts.Count, cancellationToken);
        await ShowsCallsAsync(
            "Payouts and tax invoices, a minute",
            "operation=POST /tax-invoices,outcome=ok",
            "team=\"finance\", operation=\"POST /tax-invoices\"",
            books.TaxInvoices.Count,
            cancellationToken);
        await ShowsAsync("Days and payouts that wait", "", 0, cancellationToken);
    }

    [Test]
    public async Task What_waits_for_an_operator_is_what_the_orders_say(CancellationToken cancellationToken)
    {
        var open = orders.SelectMany(order => order.TryGetProperty("attentions", out var attentions) ? attentions.EnumerateArray().ToArray() : []).ToList();
        Assert.That(open, Has.Count.EqualTo(1));
        await ShowsAsync("By process and step", $"process={open[0].GetProperty("process").GetString()},step={open[0].GetProperty("step").GetString()}", 1, cancellationToken);
        await ShowsAsync("Wait for an operator", "", 1, cancellationToken);
        await ShowsAsync("The oldest has waited", "", (system.Now - open[0].GetProperty("since").GetDateTimeOffset()).TotalSeconds, cancellationToken, within: 60);
        await ShowsAsync("Surprises in workflow code, a day", "", 0, cancellationToken);
        await ShowsAsync("Messages given up", "", 0, cancellationToken);
        var midnight = await prometheus.QueryAsync(Find("Wait for an operator").Over("1d"), NightSystem.Moment(Today.AddDays(1), new TimeOnly(0, 0)), cancellationToken);
        Assert.That(midnight.Values.Single(), Is.EqualTo(1), "the parcel that nobody looked after until the morning");
    }

    [Test]
    public async Task The_differences_are_those_that_the_comparison_with_the_payment_team_found_and_no_others(CancellationToken cancellationToken)
    {
        var found = reconciled.GetProperty("differences").EnumerateArray().CountBy(difference => difference.GetProperty("kind").GetString()!).ToDictionary();
        Assert.That(found, Is.EqualTo(new Dictionary<string, int> { ["foreign-refund"] = 1 }));
        var shown = await prometheus.QueryAsync(Find("Differences to the payment team in a week").Over("1d"), system.Now, cancellationToken);

        Assert.That(shown.Keys, Does.Contain("kind=missing-here").And.Contain("kind=amount"), "what did not occur stands at zero");
        foreach (var (kind, count) in shown)
        {
            Assert.That(count, Is.EqualTo(found.GetValueOrDefault(kind["kind=".Length..])).Within(0.05), kind);
        }
    }

    [Test]
    public async Task The_calls_and_the_events_of_each_team_are_as_many_as_the_teams_counted(CancellationToken cancellationToken)
    {
        var shown = await prometheus.QueryAsync(Find("Calls, a second").Over("1d"), system.Now, cancellationToken);
        var exported = await prometheus.QueryAsync("sum by (team) (partner_call_seconds_count)", system.Now, cancellationToken);
        var seen = await prometheus.QueryAsync($"sum by (team) ({Seen("partner_call_seconds_count")})", system.Now, cancellationToken);
        foreach (var team in books.Calls.GroupBy(call => "team=" + call.Call.Split('/')[1]))
        {
            // What found the circuit open never came to the team.
            var counted = team.Sum(call => call.Received);
            Assert.That(exported[team.Key], team.Key == "team=logistics" ? Is.GreaterThanOrEqualTo(counted) : Is.EqualTo(counted), team.Key);
            Assert.That(shown[team.Key] * TimeSpan.FromDays(1).TotalSeconds, Is.EqualTo(seen[team.Key]).Within(0.2).Percent, team.Key);
        }

        var events = await prometheus.QueryAsync(Find("Events received, a minute").Over("1d"), system.Now, cancellationToken);
        Assert.That(events.Where(one => one.Key.StartsWith("outcome=accepted", StringComparison.Ordinal)).Sum(one => one.Value) * TimeSpan.FromDays(1).TotalMinutes, Is.EqualTo(books.Webhooks.Delivered - before.Webhooks.Delivered).Within(0.5));
        Assert.That((books.Webhooks.Undelivered, books.Imbalances), Is.EqualTo((0, Array.Empty<string>())));
    }

    [Test]
    public async Task The_alerts_of_the_night_were_raised_and_no_others(CancellationToken cancellationToken)
    {
        var names = AlertRules.All.SelectMany(alert => MetricNames.Of(alert.Expr)).ToHashSet();
        var minutes = system.Scraped.Minutes;
        var away = (int)(NightSystem.Moment(Today, new TimeOnly(20, 13)) - system.Scraped.Start).TotalMinutes;
        var night = (int)(NightSystem.Moment(Today.AddDays(1), new TimeOnly(1, 0)) - system.Scraped.Start).TotalMinutes;

        // How long things take is the machine's.
        const string slow = "PlacingIsSlow|TeamIsSlow|WorkWaitsForWorkers";
        var compared = (int)(NightSystem.Moment(Today.AddDays(1), new TimeOnly(4, 10)) - system.Scraped.Start).TotalMinutes;
        var test =
            $$"""
            rule_files: [{{Repository.File("deploy", "prometheus", "orders.rules.yaml")}}]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
            {{system.Scraped.ToInputSeries(names)}}
                promql_expr_test:
                  - expr: 'count by (alertname) (count_over_time(ALERTS{alertstate="firing", alertname!~"{{slow}}"}[2d]))'
                    eval_time: {{minutes - 1}}m
                    exp_samples:
                      - { labels: '{alertname="OrdersWaitForAnOperator"}', value: 1 }
                      - { labels: '{alertname="PaymentsDiffer"}', value: 1 }
                      - { labels: '{alertname="TeamFails"}', value: 1 }
                  - expr: 'ALERTS{alertstate="firing", alertname="TeamFails"}'
                    eval_time: {{away}}m
                    exp_samples:
                      - { labels: 'ALERTS{alertname="TeamFails", alertstate="firing", severity="page", team="logistics"}', value: 1 }
                  - expr: 'ALERTS{alertstate="firing", alertname!~"{{slow}}"}'
                    eval_time: {{night}}m
                    exp_samples:
                      - { labels: 'ALERTS{alertname="OrdersWaitForAnOperator", alertstate="firing", severity="page"}', value: 1 }
                  - expr: 'ALERTS{alertstate="firing", alertname="PaymentsDiffer"}'
                    eval_time: {{compared}}m
                    exp_samples:
                      - { labels: 'ALERTS{alertname="PaymentsDiffer", alertstate="firing", kind="foreign-refund", severity="ticket"}', value: 1 }
            """;
        var folder = Directory.CreateTempSubdirectory("orders-alerts-");
        var file = Path.Combine(folder.FullName, "night.test.yaml");
        await File.WriteAllTextAsync(file, test, cancellationToken);
        Assert.That(await PrometheusServer.RunToolAsync(folder.FullName, ["test", "rules", file], cancellationToken), Does.Contain("SUCCESS"));
        folder.Delete(recursive: true);
    }

    /// <summary>Before the evening: what runs for the first time is slow, and what was counted before the first scrape is no increase.</summary>
    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        warmUp = await system.PlaceAsync("m-199", "p-101", 2, "card", cancellationToken);
        await system.LetAsync(warmUp, order => LastPaymentIs(order, "approved"), cancellationToken);
        using var customer = system.Api.Customer("m-199");
        await NightSystem.AskAsync(customer, $"/v1/orders/{warmUp}/cancellation", new { reason = "a rehearsal" }, cancellationToken);
        await system.LetAsync(
            warmUp, order => order.GetProperty("refunds").EnumerateArray().Any(refund => refund.GetProperty("status").GetString() == "completed"), cancellationToken);
        await system.PassAsync(cancellationToken);
        before = system.Teams.Books;
    }

    /// <summary>19:00 to 20:00: goods are kept, sent back, cancelled; a card is declined, a shelf is empty.</summary>
    private async Task SellAsync(CancellationToken cancellationToken)
    {
        await system.UntilAsync(At(19, 5), cancellationToken);
        for (var i = 0; i < 4; i++)
        {
            await KeepAsync(await PlaceAsync($"m-{100 + i}", "p-101", 2, "card", cancellationToken), $"m-{100 + i}", cancellationToken);
            await system.PassAsync(cancellationToken);
        }

        await system.UntilAsync(At(19, 15), cancellationToken);
        await SendBackAsync(await PlaceAsync("m-110", "p-202", 3, "card", cancellationToken), cancellationToken);
        await CancelPaidAsync(await PlaceAsync("m-111", "p-101", 2, "card", cancellationToken), cancellationToken);
        await system.UntilAsync(At(19, 25), cancellationToken);
        await FindEmptyShelfAsync(cancellationToken);
        var declined = await PlaceAsync("m-113", "p-101", 2, "card-limit-exceeded", cancellationToken);
        await system.LetAsync(declined, order => LastPaymentIs(order, "declined"), cancellationToken);
        var foreign = await PlaceAsync("m-114", "p-101", 2, "card", cancellationToken);
        await KeepAsync(foreign, "m-114", cancellationToken);
        system.Teams.Payment.Console.Refund(
            system.Teams.BooksOf(foreign).Order(foreign)!.Payments.Single().PaymentId, new ConsoleRefundRequest(10_000, "staff-1", Webhook: false));
        await system.UntilAsync(At(20, 0), cancellationToken);
    }

    /// <summary>20:00 to 20:30: parcels cannot be asked for. Two are looked after when logistics is back, one until the morning by nobody.</summary>
    private async Task LetLogisticsBeAwayAsync(CancellationToken cancellationToken)
    {
        string[] members = ["m-120", "m-121", "m-122"];
        var stuck = new List<string>();
        foreach (var member in members)
        {
            stuck.Add(await PlaceAsync(member, "p-101", 2, "card", cancellationToken));
        }

        system.Teams.Faults.Set(new FaultRule(Team.Logistics, Status: 503));
        foreach (var orderId in stuck)
        {
            await system.LetAsync(orderId, order => LastPaymentIs(order, "approved"), cancellationToken);
            await system.PassAsync(cancellationToken);
        }

        await system.UntilAsync(At(20, 30), cancellationToken);
        system.Teams.Faults.Clear();
        await RetryAsync(stuck[0], members[0], cancellationToken);
        await RetryAsync(stuck[1], members[1], cancellationToken);
        left = (stuck[2], members[2]);
    }

    /// <summary>The night: nobody does anything, and the schedules settle, erase and compare.</summary>
    private async Task SleepAsync(CancellationToken cancellationToken) => await system.UntilAsync(NightSystem.Moment(Today.AddDays(1), new TimeOnly(8, 0)), cancellationToken);

    /// <summary>The morning: the parcel of the night is looked after, another one is refused, and sellers are paid.</summary>
    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        await RetryAsync(left.OrderId, left.MemberId, cancellationToken);
        await system.UntilAsync(NightSystem.Moment(Today.AddDays(1), new TimeOnly(9, 50)), cancellationToken);
        var refused = await PlaceAsync("m-130", "p-101", 2, "card", cancellationToken);
        system.Teams.Faults.Set(new FaultRule(Team.Logistics, Path: "/shipments", Status: 400, Subject: refused));
        await system.LetAsync(refused, order => order.TryGetProperty("attention", out _), cancellationToken);
        await system.UntilAsync(NightSystem.Moment(Today.AddDays(1), Payouts).AddMinutes(2), cancellationToken);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (system.Teams.Books.TaxInvoices.Count == 0 || system.Teams.Books.Payouts.Any(payout => payout.Status == PayoutState.Requested))
        {
            foreach (var payout in system.Teams.Books.Payouts)
            {
                system.Teams.Steps.RunNext(payout.PayoutId);
            }

            await system.Teams.WhenSettledAsync(cancellationToken);
            await looks.WaitForNextTickAsync(cancellationToken);
        }

        await system.UntilAsync(NightSystem.Moment(Today.AddDays(1), Payouts).AddMinutes(10), cancellationToken);
    }

    private async Task ReadBooksAsync(CancellationToken cancellationToken)
    {
        books = system.Teams.Books;
        using var admin = system.Api.As("admin", "a-1");
        orders = [.. (await admin.GetFromJsonAsync<JsonElement>(new Uri("/v1/orders?limit=100", UriKind.Relative), cancellationToken)).GetProperty("items").EnumerateArray()
            .Where(order => order.GetProperty("orderId").GetString() != warmUp)];
        settled = await admin.GetFromJsonAsync<JsonElement>(new Uri("/v1/settlements/" + BusinessDay.Text(Today), UriKind.Relative), cancellationToken);
        reconciled = await admin.GetFromJsonAsync<JsonElement>(new Uri("/v1/reconciliations/" + BusinessDay.Text(Today), UriKind.Relative), cancellationToken);
    }

    private DateTimeOffset At(int hour, int minute) => NightSystem.Moment(Today, new TimeOnly(hour, minute));

    private async Task<string> PlaceAsync(string memberId, string productId, int quantity, string method, CancellationToken cancellationToken)
    {
        var orderId = await system.PlaceAsync(memberId, productId, quantity, method, cancellationToken);
        placed++;
        return orderId;
    }

    private async Task KeepAsync(string orderId, string memberId, CancellationToken cancellationToken)
    {
        await system.LetAsync(orderId, "delivered", cancellationToken);
        using var customer = system.Api.Customer(memberId);
        await NightSystem.AskAsync(customer, $"/v1/orders/{orderId}/confirmation", null, cancellationToken);
        kept.Add(orderId);
    }

    private async Task RetryAsync(string orderId, string memberId, CancellationToken cancellationToken)
    {
        using var staff = system.Api.As("operator", "op-1");
        await NightSystem.AskAsync(staff, $"/v1/orders/{orderId}/recovery", new { action = "retry", note = "they are back" }, cancellationToken);
        await KeepAsync(orderId, memberId, cancellationToken);
    }

    private async Task SendBackAsync(string orderId, CancellationToken cancellationToken)
    {
        await system.LetAsync(orderId, "delivered", cancellationToken);
        using var customer = system.Api.Customer("m-110");
        var lines = new[] { new { productId = "p-202", quantity = 1 } };
        await NightSystem.AskAsync(customer, $"/v1/orders/{orderId}/refunds", new { reason = "defective", lines, returnRequired = true }, cancellationToken);
        await system.LetAsync(orderId, "partially-refunded", cancellationToken);
    }

    private async Task CancelPaidAsync(string orderId, CancellationToken cancellationToken)
    {
        await system.LetAsync(orderId, order => LastPaymentIs(order, "approved"), cancellationToken);
        using var customer = system.Api.Customer("m-111");
        await NightSystem.AskAsync(customer, $"/v1/orders/{orderId}/cancellation", new { reason = "found it cheaper" }, cancellationToken);
        await system.LetAsync(orderId, "cancelled", cancellationToken);
    }

    private async Task FindEmptyShelfAsync(CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer("m-112");
        using var refused = await NightSystem.SendAsync(customer, "/v1/orders", NightSystem.OrderOf("m-112", "p-602", 1, "card"), cancellationToken);
        Assert.That((int)refused.StatusCode, Is.EqualTo(409), await refused.Content.ReadAsStringAsync(cancellationToken));
        placed++;
    }

    private static bool LastPaymentIs(JsonElement order, string status) =>
        order.GetProperty("payments").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } payment && payment.GetProperty("status").GetString() == status;

    private int Having(string status) => orders.Count(order => order.GetProperty("status").GetString() == status);

    private static Panel Find(string title) => Panels.First(panel => panel.Title == title);

    /// <summary>The calls are as many as the books say, and the panel shows all of them that a rate can see.</summary>
    private async Task ShowsCallsAsync(string title, string labels, string calls, int expected, CancellationToken cancellationToken)
    {
        var made = $"partner_call_seconds_count{{{calls}, outcome=\"ok\"}}";
        var end = await prometheus.QueryAsync($"sum({made})", system.Now, cancellationToken);
        var start = await prometheus.QueryAsync($"sum({made})", system.Scraped.Start, cancellationToken);
        Assert.That(end.Values.Single() - start.Values.SingleOrDefault(), Is.EqualTo(expected), calls);
        var shown = await prometheus.QueryAsync(Find(title).Over("1d"), system.Now, cancellationToken);
        var seen = await prometheus.QueryAsync($"sum({Seen(made)})", system.Now, cancellationToken);
        Assert.That(shown[labels] * TimeSpan.FromDays(1).TotalMinutes, Is.EqualTo(seen.Values.Single()).Within(0.05), title);
    }

    /// <summary>A histogram's series begins with its first call, which is no increase yet.</summary>
    private static string Seen(string counter) => $"max_over_time({counter}[1d]) - min_over_time({counter}[1d])";

    private Task ShowsAMinuteAsync(string title, string labels, double day, CancellationToken cancellationToken) =>
        ShowsAsync(title, labels, day, cancellationToken, times: TimeSpan.FromDays(1).TotalMinutes);

    /// <summary>What a panel shows at the end of the night.</summary>
    /// <param name="times">What its answer is multiplied by.</param>
    /// <param name="within">How far off it may be; absent: rounding.</param>
    private async Task ShowsAsync(
        string title, string labels, double expected, CancellationToken cancellationToken, double times = 1, double? within = null)
    {
        var shown = await prometheus.QueryAsync(Find(title).Over("1d"), system.Now, cancellationToken);
        Assert.That(shown.Keys, Does.Contain(labels), title);
        Assert.That(shown[labels] * times, Is.EqualTo(expected).Within(within ?? Math.Max(0.01, expected * 0.001)), $"{title} {labels}");
    }

    /// <summary>A query of a dashboard.</summary>
    private sealed record Panel(string Title, string Expression)
    {
        public static IEnumerable<Panel> Of(string file)
        {
            using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
            return
            [
                .. from panel in dashboard.RootElement.GetProperty("panels").EnumerateArray()
                   from target in panel.GetProperty("targets").EnumerateArray()
                   select new Panel(panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!),
            ];
        }

        /// <summary>As Grafana sends it, with rates over this time.</summary>
        public string Over(string time) => Expression.Replace("$__rate_interval", time, StringComparison.Ordinal);
    }
}
