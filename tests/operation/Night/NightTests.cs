using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Operation.Observing;
using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Night;

/// <summary>
/// A night in skipped time: orders come in, goods are delivered, confirmed, sent back; teams are away; the day is settled, compared and paid out. What the programs
/// exported meanwhile is given to a real Prometheus, and what the dashboards then show is compared with the teams' books at its end.
/// </summary>
[NonParallelizable]
[CancelAfter(900_000)]
public sealed class NightTests
{
    private NightSystem system = null!;
    private NightScenario night = null!;
    private PrometheusServer prometheus = null!;

    [OneTimeSetUp]
    public async Task PlayAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(12));
        HashSet<string> names =
            [.. DashboardPanel.All.SelectMany(panel => MetricNames.Of(panel.Expression)), .. AlertRules.All.SelectMany(alert => MetricNames.Of(alert.Expr))];
        system = await NightSystem.StartAsync(NightScenario.Evening, NightScenario.Payouts, names, timeout.Token);
        night = new NightScenario(system);
        await night.PlayAsync(timeout.Token);
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
        foreach (var panel in DashboardPanel.All)
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
        await ShowsAsync("Placed in a day", "", night.Placed, cancellationToken);
        await ShowsAsync("Completed in a day", "", Having("completed"), cancellationToken);
        await ShowsAsync("Cancelled in a day", "", Having("cancelled"), cancellationToken);
        await ShowsAMinuteAsync("Placed, a minute", "", night.Placed, cancellationToken);
        foreach (var reason in night.Orders.Where(order => order.GetProperty("status").GetString() == "cancelled").CountBy(order => order.GetProperty("cancelReason").GetString()!))
        {
            await ShowsAMinuteAsync("Ended, a minute", $"reason={reason.Key},status=cancelled", reason.Value, cancellationToken);
        }

        Assert.That(night.Orders, Has.Count.EqualTo(night.Placed));
        Assert.That(night.Accounts.Count(account => account.Shipments.Any(shipment => shipment.Waybill is not null)), Is.EqualTo(Having("completed") + Having("partially-refunded")));
        Assert.That(Having("completed"), Is.EqualTo(night.Confirmed));
    }

    [Test]
    public async Task The_won_that_were_paid_and_given_back_are_those_of_the_payment_teams_books(CancellationToken cancellationToken)
    {
        var card = CardMoney.Of(night.Accounts.SelectMany(account => account.Payments));
        Assert.That((card.RefundedByOrderTeam, card.RefundedByConsole, card.RefundsPending), Is.EqualTo((33_000L + 10_000L, 10_000L, 0L)));
        await ShowsAsync("Won paid in a day", "", card.Charged, cancellationToken);
        await ShowsAsync("Won given back in a day", "origin=own", card.RefundedByOrderTeam, cancellationToken);
        await ShowsAsync("Won given back in a day", "origin=foreign", card.RefundedByConsole, cancellationToken);

        var payments = night.Accounts.SelectMany(account => account.Payments).ToList();
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
        var totals = night.Settled.GetProperty("totals");
        foreach (var (amount, column) in new[] { ("sales", "sales"), ("refunds", "refunds"), ("commission", "commission"), ("payable", "amount") })
        {
            await ShowsAsync("The day that was settled last, won", "amount=" + amount, totals.GetProperty(column).GetInt64(), cancellationToken);
        }

        // Sold on the day: two units of each order that was confirmed before midnight; the rest is settled the night after.
        Assert.That(totals.GetProperty("sales").GetInt64(), Is.EqualTo((night.Confirmed - 1) * 30_000L));
        Assert.That(night.Books.End.Payouts.Sum(payout => payout.Amount), Is.EqualTo(totals.GetProperty("amount").GetInt64()));
        Assert.That(night.Books.End.Payouts.Select(payout => payout.Status), Has.All.EqualTo(PayoutState.Completed));
        Assert.That(night.Books.End.TaxInvoices.Sum(invoice => invoice.Commission), Is.EqualTo(totals.GetProperty("commission").GetInt64()));
        await ShowsAsync("Sellers are to be paid, won", "", 0, cancellationToken);
        var before = await prometheus.QueryAsync(
            DashboardPanel.Find("Sellers are to be paid, won").Over("1d"), NightSystem.Moment(night.Today.AddDays(1), NightScenario.Payouts).AddMinutes(-1), cancellationToken);
        Assert.That(before.Values.Single(), Is.EqualTo(totals.GetProperty("amount").GetInt64()), "until the payouts");
        await ShowsCallsAsync(
            "Payouts and tax invoices, a minute", "operation=POST /payouts,outcome=ok", "team=\"finance\", operation=\"POST /payouts\"", night.Books.End.Payouts.Count, cancellationToken);
        await ShowsCallsAsync(
            "Payouts and tax invoices, a minute",
            "operation=POST /tax-invoices,outcome=ok",
            "team=\"finance\", operation=\"POST /tax-invoices\"",
            night.Books.End.TaxInvoices.Count,
            cancellationToken);
        await ShowsAsync("Days and payouts that wait", "", 0, cancellationToken);
    }

    [Test]
    public async Task What_waits_for_an_operator_is_what_the_orders_say(CancellationToken cancellationToken)
    {
        var open = night.Orders.SelectMany(order => order.TryGetProperty("attentions", out var attentions) ? attentions.EnumerateArray().ToArray() : []).ToList();
        Assert.That(open, Has.Count.EqualTo(1));
        await ShowsAsync("By process and step", $"process={open[0].GetProperty("process").GetString()},step={open[0].GetProperty("step").GetString()}", 1, cancellationToken);
        await ShowsAsync("Wait for an operator", "", 1, cancellationToken);
        await ShowsAsync("The oldest has waited", "", (system.Now - open[0].GetProperty("since").GetDateTimeOffset()).TotalSeconds, cancellationToken, within: 60);
        await ShowsAsync("Surprises in workflow code, a day", "", 0, cancellationToken);
        await ShowsAsync("Messages given up", "", 0, cancellationToken);
        var midnight = await prometheus.QueryAsync(DashboardPanel.Find("Wait for an operator").Over("1d"), NightSystem.Moment(night.Today.AddDays(1), new TimeOnly(0, 0)), cancellationToken);
        Assert.That(midnight.Values.Single(), Is.EqualTo(1), "the parcel that nobody looked after until the morning");
    }

    [Test]
    public async Task The_differences_are_those_that_the_comparison_with_the_payment_team_found_and_no_others(CancellationToken cancellationToken)
    {
        var found = night.Reconciled.GetProperty("differences").EnumerateArray().CountBy(difference => difference.GetProperty("kind").GetString()!).ToDictionary();
        Assert.That(found, Is.EqualTo(new Dictionary<string, int> { ["foreign-refund"] = 1 }));
        var shown = await prometheus.QueryAsync(DashboardPanel.Find("Differences to the payment team in a week").Over("1d"), system.Now, cancellationToken);

        Assert.That(shown.Keys, Does.Contain("kind=missing-here").And.Contain("kind=amount"), "what did not occur is zero");
        foreach (var (kind, count) in shown)
        {
            Assert.That(count, Is.EqualTo(found.GetValueOrDefault(kind["kind=".Length..])).Within(0.05), kind);
        }
    }

    [Test]
    public async Task The_calls_and_the_events_of_each_team_are_as_many_as_the_teams_counted(CancellationToken cancellationToken)
    {
        var shown = await prometheus.QueryAsync(DashboardPanel.Find("Calls, a second").Over("1d"), system.Now, cancellationToken);
        var exported = await prometheus.QueryAsync("sum by (team) (partner_call_seconds_count)", system.Now, cancellationToken);
        var seen = await prometheus.QueryAsync($"sum by (team) ({Seen("partner_call_seconds_count")})", system.Now, cancellationToken);
        foreach (var team in night.Books.End.Calls.GroupBy(call => "team=" + call.Call.Split('/')[1]))
        {
            // What found the circuit open never came to the team.
            var counted = team.Sum(call => call.Received);
            Assert.That(exported[team.Key], team.Key == "team=logistics" ? Is.GreaterThanOrEqualTo(counted) : Is.EqualTo(counted), team.Key);
            Assert.That(shown[team.Key] * TimeSpan.FromDays(1).TotalSeconds, Is.EqualTo(seen[team.Key]).Within(0.2).Percent, team.Key);
        }

        var events = await prometheus.QueryAsync(DashboardPanel.Find("Events received, a minute").Over("1d"), system.Now, cancellationToken);
        Assert.That(events.Where(one => one.Key.StartsWith("outcome=accepted", StringComparison.Ordinal)).Sum(one => one.Value) * TimeSpan.FromDays(1).TotalMinutes, Is.EqualTo(night.Books.End.Webhooks.Delivered - night.Books.Begin.Webhooks.Delivered).Within(0.5));
        Assert.That((night.Books.End.Webhooks.Undelivered, night.Books.End.Imbalances), Is.EqualTo((0, Array.Empty<string>())));
    }

    [Test]
    public async Task The_alerts_of_the_night_were_raised_and_no_others(CancellationToken cancellationToken)
    {
        var names = AlertRules.All.SelectMany(alert => MetricNames.Of(alert.Expr)).ToHashSet();
        var minutes = system.Scraped.Minutes;
        var away = (int)(NightSystem.Moment(night.Today, new TimeOnly(20, 13)) - system.Scraped.Start).TotalMinutes;
        var late = (int)(NightSystem.Moment(night.Today.AddDays(1), new TimeOnly(1, 0)) - system.Scraped.Start).TotalMinutes;

        // Alerts on durations depend on the machine.
        const string slow = "PlacingIsSlow|TeamIsSlow|WorkWaitsForWorkers";
        var compared = (int)(NightSystem.Moment(night.Today.AddDays(1), new TimeOnly(4, 10)) - system.Scraped.Start).TotalMinutes;
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
                    eval_time: {{late}}m
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

    private int Having(string status) => night.Orders.Count(order => order.GetProperty("status").GetString() == status);

    /// <summary>The calls are as many as the books say, and the panel shows all of them that a rate can see.</summary>
    private async Task ShowsCallsAsync(string title, string labels, string calls, int expected, CancellationToken cancellationToken)
    {
        var made = $"partner_call_seconds_count{{{calls}, outcome=\"ok\"}}";
        var end = await prometheus.QueryAsync($"sum({made})", system.Now, cancellationToken);
        var start = await prometheus.QueryAsync($"sum({made})", system.Scraped.Start, cancellationToken);
        Assert.That(end.Values.Single() - start.Values.SingleOrDefault(), Is.EqualTo(expected), calls);
        var shown = await prometheus.QueryAsync(DashboardPanel.Find(title).Over("1d"), system.Now, cancellationToken);
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
        var shown = await prometheus.QueryAsync(DashboardPanel.Find(title).Over("1d"), system.Now, cancellationToken);
        Assert.That(shown.Keys, Does.Contain(labels), title);
        Assert.That(shown[labels] * times, Is.EqualTo(expected).Within(within ?? Math.Max(0.01, expected * 0.001)), $"{title} {labels}");
    }
}
