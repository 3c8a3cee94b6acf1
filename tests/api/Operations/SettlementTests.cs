using System.Net;
using System.Text.Json;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Api.Operations;

public sealed class SettlementTests : FakedApi
{
    private const string Day = "2026-01-15";

    private FakeSettlements Settlements => (FakeSettlements)Api.Service<ISettlementCommands>();

    private HttpClient Admin => Api.As("admin", "a-1");

    [Test]
    public async Task A_day_run_by_hand_answers_its_statements_and_running_it_again_changes_nothing()
    {
        await SellAsync("s-1", 600_000, 400_000);
        await SellAsync("s-2", 5_555);
        using var first = await Admin.PostAsync($"/v1/settlements/{Day}", null, "key-1");
        var day = await first.JsonAsync();
        await SellAsync("s-1", 1_000);
        using var again = await Admin.PostAsync($"/v1/settlements/{Day}", body: null);
        using var repeated = await Admin.PostAsync($"/v1/settlements/{Day}", null, "key-1");

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK), await first.Content.ReadAsStringAsync());
        Assert.That((day.Text("day"), day.Text("status")), Is.EqualTo((Day, "completed")));
        var seller = day.GetProperty("statements")[0];
        Assert.That(
            (seller.Text("sellerId"), seller.Won("sales"), seller.Won("commission"), seller.Won("amount"), seller.Text("status")),
            Is.EqualTo(("s-1", 1_000_000L, 100_000L, 900_000L, "open")));
        Assert.That(seller.GetProperty("lines").GetArrayLength(), Is.EqualTo(2));
        Assert.That((await again.JsonAsync()).GetProperty("statements").ToString(), Is.EqualTo(day.GetProperty("statements").ToString()));
        Assert.That(await repeated.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
        Assert.That(Settlements.Runs, Is.EqualTo(1));
    }

    [Test]
    public async Task Totals_add_up_on_screen_whatever_the_page()
    {
        await SellAsync("s-1", 10_001, 20_002);
        await SellAsync("s-2", 30_003);
        await SellAsync("s-3", 40_004);
        await SettleAsync();
        var met = new List<JsonElement>();
        var path = $"/v1/settlements/{Day}?limit=2";
        JsonElement page;
        while (true)
        {
            page = await GetAsync(Admin, path);
            met.AddRange(page.GetProperty("statements").EnumerateArray());
            if (!page.TryGetProperty("nextCursor", out var cursor))
            {
                break;
            }

            path = $"/v1/settlements/{Day}?limit=2&cursor={cursor.GetString()}";
        }

        foreach (var column in new[] { "sales", "sellerDiscount", "platformDiscount", "refunds", "commission", "amount" })
        {
            Assert.That(met.Sum(statement => statement.Won(column)), Is.EqualTo(page.GetProperty("totals").Won(column)), column);
        }

        foreach (var statement in met)
        {
            Assert.That(
                statement.Won("sales") - statement.Won("sellerDiscount") - statement.Won("refunds") - statement.Won("commission"),
                Is.EqualTo(statement.Won("amount")));
            Assert.That(statement.GetProperty("lines").EnumerateArray().Sum(line => line.Won("net")), Is.EqualTo(statement.Won("amount")));
        }
    }

    [Test]
    public async Task A_settlement_that_takes_longer_is_202_and_says_how_far_it_is()
    {
        Settlements.IsSlow = true;
        using var response = await Admin.PostAsync($"/v1/settlements/{Day}", body: null);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await response.JsonAsync()).Text("status"), Is.EqualTo("running"));
    }

    [TestCase("customer", null, HttpStatusCode.Forbidden)]
    [TestCase("seller", "s-1", HttpStatusCode.Forbidden)]
    [TestCase("operator", null, HttpStatusCode.Forbidden)]
    public async Task Only_an_admin_settles_and_pays(string role, string? sellerId, HttpStatusCode expected)
    {
        using var caller = Api.As(role, "u-1", sellerId);
        using var settle = await caller.PostAsync($"/v1/settlements/{Day}", body: null);
        using var pay = await caller.PostAsync("/v1/payouts", body: null);
        using var anonymous = await Api.Anonymous.PostAsync($"/v1/settlements/{Day}", body: null);

        Assert.That((settle.StatusCode, pay.StatusCode, anonymous.StatusCode), Is.EqualTo((expected, expected, HttpStatusCode.Unauthorized)));
        Assert.That(Settlements.Runs, Is.Zero);
    }

    [Test]
    public async Task A_seller_reads_its_own_statements_and_payouts_only()
    {
        await SellAsync("s-1", 10_000);
        await SellAsync("s-2", 20_000);
        await SettleAsync();
        await Admin.PostAsync("/v1/payouts", body: null).JsonAsync();
        using var seller = Api.As("seller", "u-1", "s-1");
        var own = await GetAsync(seller, "/v1/sellers/s-1/statements");
        var payouts = await GetAsync(seller, "/v1/payouts");
        var payoutOfAnother = (await GetAsync(Admin, "/v1/payouts?sellerId=s-2")).GetProperty("items")[0].Text("payoutId");

        Assert.That(own.GetProperty("items").EnumerateArray().Select(statement => statement.Text("sellerId")), Is.EqualTo(new[] { "s-1" }));
        Assert.That(own.GetProperty("totals").Won("amount"), Is.EqualTo(9_000));
        Assert.That(payouts.GetProperty("items").EnumerateArray().Select(payout => payout.Text("sellerId")), Is.EqualTo(new[] { "s-1" }));
        foreach (var path in new[]
        {
            "/v1/sellers/s-2/statements", $"/v1/sellers/s-2/statements/{Day}", $"/v1/sellers/s-2/statements/{Day}.csv", "/v1/payouts?sellerId=s-2",
            $"/v1/payouts/{payoutOfAnother}", $"/v1/settlements/{Day}",
        })
        {
            Assert.That(await StatusAsync(seller, path), Is.EqualTo(HttpStatusCode.Forbidden), path);
        }

        Assert.That(await StatusAsync(Api.Customer(), "/v1/sellers/s-1/statements"), Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Statements_of_a_seller_are_filtered_by_day()
    {
        await SellAsync("s-1", 10_000);
        await SettleAsync();

        Assert.That((await GetAsync(Admin, $"/v1/sellers/s-1/statements?from={Day}&to={Day}")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That((await GetAsync(Admin, "/v1/sellers/s-1/statements?from=2026-01-16")).GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(await StatusAsync(Admin, "/v1/sellers/s-1/statements?from=yesterday"), Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_statement_downloads_as_a_csv_whose_lines_add_up_to_its_amount()
    {
        await SellAsync("s-1", 10_001, 20_002);
        await SettleAsync();
        using var seller = Api.As("seller", "u-1", "s-1");
        using var response = await seller.GetAsync(new Uri($"/v1/sellers/s-1/statements/{Day}.csv", UriKind.Relative));
        var lines = (await response.Content.ReadAsStringAsync()).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var rows = lines[1..^1].Select(line => line.Split(',')).ToList();
        var total = lines[^1].Split(',');

        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/csv"));
        Assert.That(response.Content.Headers.ContentDisposition!.FileName, Does.Contain($"statement-{Day}.csv"));
        Assert.That(lines[0], Does.StartWith("at,orderId,kind,").And.EndsWith(",net"));
        Assert.That(rows, Has.Count.EqualTo(2));
        Assert.That(rows[0][0], Is.EqualTo("2026-01-15T12:00:00+09:00"));
        Assert.That(rows.Sum(row => long.Parse(row[^1], null)), Is.EqualTo(long.Parse(total[^1], null)).And.EqualTo(27_003));
        Assert.That(rows.Select(row => row[3]), Is.All.EqualTo("'=p-100"), "an id is never a formula");
    }

    [Test]
    public async Task Lines_of_a_long_statement_follow_page_by_page()
    {
        await SellAsync("s-1", [.. Enumerable.Range(1, 130).Select(i => 1_000L * i)]);
        await SettleAsync();
        var listed = (await GetAsync(Admin, "/v1/sellers/s-1/statements")).GetProperty("items")[0];
        var rest = await GetAsync(Admin, $"/v1/sellers/s-1/statements/{Day}?after={listed.GetProperty("nextLine")}");

        Assert.That((listed.GetProperty("lines").GetArrayLength(), listed.GetProperty("lineCount").GetInt64()), Is.EqualTo((100, 130L)));
        Assert.That(rest.GetProperty("lines").GetArrayLength(), Is.EqualTo(30));
        Assert.That(rest.TryGetProperty("nextLine", out _), Is.False);
    }

    [Test]
    public async Task Payouts_by_hand_are_made_once_a_key_and_listed_by_status()
    {
        await SellAsync("s-1", 10_000);
        await SettleAsync();
        using var first = await Admin.PostAsync("/v1/payouts", null, "key-1");
        using var repeated = await Admin.PostAsync("/v1/payouts", null, "key-1");
        using var next = await Admin.PostAsync("/v1/payouts", null, "key-2");
        var run = await first.JsonAsync();
        var payout = run.GetProperty("items")[0];

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await repeated.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
        Assert.That((payout.Won("amount"), payout.Text("status")), Is.EqualTo((9_000L, "requested")));
        Assert.That((await next.JsonAsync()).GetProperty("items").GetArrayLength(), Is.Zero, "it is on its way already");
        Assert.That((await GetAsync(Admin, "/v1/payouts?status=requested")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That((await GetAsync(Admin, "/v1/payouts?status=failed")).GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(await StatusAsync(Admin, "/v1/payouts?status=lost"), Is.EqualTo(HttpStatusCode.BadRequest));
        var events = await GetAsync(Admin, $"/v1/payouts/{payout.Text("payoutId")}/events");
        Assert.That(events.GetProperty("items")[0].Text("type"), Is.EqualTo("settlement.payout-requested"));
    }

    [Test]
    public async Task An_unknown_day_or_payout_is_404_and_a_malformed_day_400()
    {
        Assert.That(await StatusAsync(Admin, $"/v1/settlements/{Day}"), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await StatusAsync(Admin, "/v1/payouts/po-x"), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await StatusAsync(Admin, $"/v1/sellers/s-1/statements/{Day}"), Is.EqualTo(HttpStatusCode.NotFound));
        using var malformed = await Admin.PostAsync("/v1/settlements/2026-13-01", body: null);
        Assert.That(malformed.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await malformed.SlugAsync(), Is.EqualTo("malformed-request"));
    }

    [Test]
    public async Task What_waits_for_an_operator_is_shown_and_what_does_not_wait_is_409()
    {
        var failure = new SettlementFailure(Day, "f-1", DateTimeOffset.UnixEpoch, "close-day", "the store is away", new DateOnly(2026, 1, 15));
        await Api.Service<ISettlementStore>().ReportFailureAsync(failure, default);
        var day = await GetAsync(Admin, $"/v1/settlements/{Day}");
        using var staff = Api.As("operator", "op-1");
        using var recovery = await staff.PostAsync($"/v1/settlements/{Day}/recovery", new { action = "retry" });

        Assert.That((day.Text("status"), day.GetProperty("attention").Text("step")), Is.EqualTo(("running", "close-day")));
        Assert.That((await GetAsync(Admin, $"/v1/settlements/{Day}/events")).GetProperty("items")[0].Text("type"), Is.EqualTo("settlement.failed"));
        Assert.That(recovery.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await recovery.SlugAsync(), Is.EqualTo("not-stuck"));
    }

    private async Task SettleAsync() => await Admin.PostAsync($"/v1/settlements/{Day}", body: null).JsonAsync();

    private async Task SellAsync(string sellerId, params long[] sales)
    {
        var orderId = "o-" + Guid.NewGuid().ToString("N");
        var entries = sales.Select((won, i) => new SettlementEntry(
            $"{orderId}/sale/p-{i}", orderId, SettlementEntryKind.Sale, "=p-100", sellerId, "food", 1, new Won(won), Won.Zero, new Won(3), 0.1m,
            new Won(won).AtRate(0.1m), new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.FromHours(9)))).ToList();
        await Orders.WriteAsync(Snapshots.Of(orderId), [], entries);
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode;
    }
}
