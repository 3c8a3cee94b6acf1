using System.Net;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary><c>GET /payments?from&amp;to&amp;cursor</c>: what the nightly reconciliation reads.</summary>
public sealed class PaymentListTests
{
    private readonly ManualClock clock = new();
    private DateTimeOffset Now => clock.GetUtcNow();

    [Test]
    public async Task The_list_shows_the_payments_changed_in_that_time_with_their_refunds()
    {
        await using var teams = await StartAsync();
        await PaidAsync(teams, "o-before");
        clock.Advance(TimeSpan.FromHours(1));
        var from = Now;
        var paymentId = await PaidAsync(teams, "o-1");
        await teams.RefundAsync(paymentId, "r-1", 10_000);
        var refundedAt = Now;
        clock.Advance(TimeSpan.FromHours(1));
        var to = Now;
        await PaidAsync(teams, "o-after");

        var page = await ListAsync(teams, from, to);

        var item = page["items"].EnumerateArray().Single();
        Assert.That(
            item.EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "paymentId", "orderId", "attempt", "status", "amount", "refundedAmount", "refunds", "updatedAt" }));
        Assert.That(item.GetProperty("orderId").GetString(), Is.EqualTo("o-1"));
        Assert.That(item.GetProperty("status").GetString(), Is.EqualTo("approved"));
        Assert.That(item.GetProperty("amount").GetInt64(), Is.EqualTo(50_000));
        Assert.That(item.GetProperty("refundedAmount").GetInt64(), Is.EqualTo(10_000));
        Assert.That(item.GetProperty("updatedAt").GetDateTimeOffset(), Is.EqualTo(refundedAt));
        var refund = item.GetProperty("refunds").EnumerateArray().Single();
        Assert.That(refund.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "refundId", "amount", "status", "refundedAt" }));
        Assert.That(refund.GetProperty("status").GetString(), Is.EqualTo("completed"));
        Assert.That(page.Json.TryGetProperty("nextCursor", out _), Is.False);
    }

    [Test]
    public async Task A_payment_that_changed_on_two_days_is_in_the_list_of_each()
    {
        await using var teams = await StartAsync();
        var day = Now;
        var paymentId = await PaidAsync(teams, "o-1");
        clock.Advance(TimeSpan.FromDays(1));
        await teams.RefundAsync(paymentId, "r-1", 10_000);

        Assert.That(OrdersOf(await ListAsync(teams, day, day.AddDays(1))), Is.EqualTo(new[] { "o-1" }));
        Assert.That(OrdersOf(await ListAsync(teams, day.AddDays(1), day.AddDays(2))), Is.EqualTo(new[] { "o-1" }));
        Assert.That(OrdersOf(await ListAsync(teams, day.AddDays(2), day.AddDays(3))), Is.Empty);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(100)]
    public async Task Pages_follow_each_other_without_gap_or_repetition(int limit)
    {
        await using var teams = await StartAsync();
        var from = Now;
        for (var n = 0; n < 7; n++)
        {
            await PaidAsync(teams, $"o-{n}");
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        var pages = await PagesAsync(teams, from, Now, limit);

        Assert.That(pages.SelectMany(page => page), Is.EqualTo(Enumerable.Range(0, 7).Select(n => $"o-{n}")));
        Assert.That(pages.Select(page => page.Count), Is.All.LessThanOrEqualTo(limit));
    }

    [Test]
    public async Task A_payment_that_changes_between_two_pages_is_neither_missed_nor_repeated()
    {
        await using var teams = await StartAsync();
        var from = Now;
        var paymentIds = new List<string>();
        for (var n = 0; n < 6; n++)
        {
            paymentIds.Add(await PaidAsync(teams, $"o-{n}"));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var to = Now.AddDays(1);
        var pages = await PagesAsync(teams, from, to, 2, async turned =>
        {
            await teams.RefundAsync(paymentIds[0], $"r-first-{turned}", 1_000);
            await teams.RefundAsync(paymentIds[5], $"r-last-{turned}", 1_000);
            if (turned == 1)
            {
                await PaidAsync(teams, "o-new");
            }
        });

        Assert.That(pages.SelectMany(page => page), Is.EqualTo(new[] { "o-0", "o-1", "o-2", "o-3", "o-4", "o-5", "o-new" }));
    }

    [Test]
    public async Task The_pages_of_a_day_that_is_over_are_the_same_whatever_happens_meanwhile()
    {
        await using var teams = await StartAsync();
        var from = Now;
        var first = await PaidAsync(teams, "o-0");
        await PaidAsync(teams, "o-1");
        await PaidAsync(teams, "o-2");
        clock.Advance(TimeSpan.FromDays(1));
        var to = Now;

        var pages = await PagesAsync(teams, from, to, 1, async turned =>
        {
            clock.Advance(TimeSpan.FromHours(1));
            await teams.RefundAsync(first, $"r-{turned}", 1_000);
            await PaidAsync(teams, $"o-later-{turned}");
        });

        Assert.That(pages.SelectMany(page => page), Is.EqualTo(new[] { "o-0", "o-1", "o-2" }));
    }

    [Test]
    public async Task A_cursor_outlives_the_process()
    {
        using var folder = new StateFolder();
        var from = Now;
        string cursor;
        await using (var teams = await StartAsync(options => options with { StateFile = folder.File }))
        {
            for (var n = 0; n < 4; n++)
            {
                await PaidAsync(teams, $"o-{n}");
            }

            cursor = (await ListAsync(teams, from, from.AddDays(1), 2)).TextOf("nextCursor");
        }

        await using var next = await StartAsync(options => options with { StateFile = folder.File });
        await PaidAsync(next, "o-4");

        Assert.That(OrdersOf(await ListAsync(next, from, from.AddDays(1), 10, cursor)), Is.EqualTo(new[] { "o-2", "o-3", "o-4" }));
    }

    [Test]
    public async Task The_size_of_a_page_is_the_servers_where_the_caller_names_none()
    {
        await using var teams = await StartAsync(options => options with { PaymentPageSize = 2 });
        var from = Now;
        for (var n = 0; n < 3; n++)
        {
            await PaidAsync(teams, $"o-{n}");
        }

        Assert.That(OrdersOf(await ListAsync(teams, from, from.AddDays(1))), Has.Count.EqualTo(2));
        Assert.That(
            async () => await PartnersServer.StartAsync(new PartnersOptions { PaymentPageSize = 1_001 }), Throws.InstanceOf<FormatException>());
    }

    [TestCase("from=2026-03-10T00:00:00%2B09:00")]
    [TestCase("to=2026-03-10T00:00:00%2B09:00")]
    [TestCase("from=2026-03-11T00:00:00%2B09:00&to=2026-03-10T00:00:00%2B09:00")]
    [TestCase("from=yesterday&to=2026-03-10T00:00:00%2B09:00")]
    [TestCase("from=2026-03-10T00:00:00%2B09:00&to=2026-03-11T00:00:00%2B09:00&limit=0")]
    [TestCase("from=2026-03-10T00:00:00%2B09:00&to=2026-03-11T00:00:00%2B09:00&limit=1001")]
    [TestCase("from=2026-03-10T00:00:00%2B09:00&to=2026-03-11T00:00:00%2B09:00&cursor=1")]
    [TestCase("from=2026-03-10T00:00:00%2B09:00&to=2026-03-11T00:00:00%2B09:00&cursor=%2F%2F")]
    public async Task A_listing_that_makes_no_sense_is_refused(string query)
    {
        await using var teams = await StartAsync();

        Assert.That((await teams.GetAsync($"/payment/payments?{query}")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_cursor_belongs_to_its_window()
    {
        await using var teams = await StartAsync();
        var from = Now;
        await PaidAsync(teams, "o-1");
        await PaidAsync(teams, "o-2");
        var cursor = (await ListAsync(teams, from, from.AddDays(1), 1)).TextOf("nextCursor");

        Assert.That((await ListAsync(teams, from, from.AddDays(2), 1, cursor)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await ListAsync(teams, from, from.AddDays(1), 1, cursor)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_attempts_of_one_order_can_still_be_listed()
    {
        await using var teams = await StartAsync();
        await PaidAsync(teams, "o-1");

        Assert.That((await teams.GetAsync("/payment/payments?orderId=o-1")).Json.GetArrayLength(), Is.EqualTo(1));
    }

    private static Task<Reply> ListAsync(PartnersHarness teams, DateTimeOffset from, DateTimeOffset to, int? limit = null, string? cursor = null) =>
        teams.GetAsync($"/payment/payments?from={Uri.EscapeDataString($"{from:O}")}&to={Uri.EscapeDataString($"{to:O}")}"
            + (limit is null ? string.Empty : $"&limit={limit}") + (cursor is null ? string.Empty : $"&cursor={cursor}"));

    private static List<string> OrdersOf(Reply page) =>
        [.. page["items"].EnumerateArray().Select(item => item.GetProperty("orderId").GetString()!)];

    private static async Task<List<List<string>>> PagesAsync(
        PartnersHarness teams, DateTimeOffset from, DateTimeOffset to, int limit, Func<int, Task>? betweenPages = null)
    {
        var pages = new List<List<string>>();
        string? cursor = null;
        do
        {
            var page = await ListAsync(teams, from, to, limit, cursor);
            pages.Add(OrdersOf(page));
            cursor = page.Json.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
            if (betweenPages is not null)
            {
                await betweenPages(pages.Count);
            }
        }
        while (cursor is not null);

        return pages;
    }

    private Task<PartnersHarness> StartAsync(Func<PartnersOptions, PartnersOptions>? change = null) => PartnersHarness.StartAsync(options =>
    {
        var timed = options with { TimeProvider = clock };
        return change?.Invoke(timed) ?? timed;
    });

    /// <summary>A payment that was approved.</summary>
    private static async Task<string> PaidAsync(PartnersHarness teams, string orderId) => await teams.PaidAsync(orderId);
}
