using System.Net.Http.Json;
using System.Text.Json;
using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Operation.Night;

/// <summary>
/// What happens from one evening to the next morning, in skipped time: orders come in, goods are delivered, sent back; logistics is away; the day is settled,
/// compared and paid out. And what is left of it: the orders as the API has them, and the other teams' books.
/// </summary>
internal sealed class NightScenario(NightSystem system)
{
    public static readonly TimeOnly Evening = new(19, 0);
    public static readonly TimeOnly Payouts = new(10, 0);

    private string warmUp = "";
    private (string OrderId, string MemberId) left;

    /// <summary>How many orders were requested.</summary>
    public int Placed { get; private set; }

    /// <summary>How many orders were delivered and confirmed by their customers.</summary>
    public int Confirmed { get; private set; }

    /// <summary>The orders of the night, as the API has them.</summary>
    public IReadOnlyList<JsonElement> Orders { get; private set; } = [];

    /// <summary>The teams' books at its begin and at its end.</summary>
    public (Books Begin, Books End) Books { get; private set; }

    public JsonElement Settled { get; private set; }

    public JsonElement Reconciled { get; private set; }

    /// <summary>The orders of the night in the teams' books.</summary>
    public IEnumerable<OrderAccount> Accounts => Books.End.Orders.Where(account => account.OrderId != warmUp);

    public DateOnly Today => BusinessDay.Of(system.Scraped.Start);

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await WarmUpAsync(cancellationToken);
        await SellAsync(cancellationToken);
        await LetLogisticsBeAwayAsync(cancellationToken);
        await SleepAsync(cancellationToken);
        await WakeAsync(cancellationToken);
        await ReadBooksAsync(cancellationToken);
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
        Books = (system.Teams.Books, system.Teams.Books);
    }

    /// <summary>19:00 to 20:00: orders are confirmed, returned, cancelled; a card is declined, a product is out of stock.</summary>
    private async Task SellAsync(CancellationToken cancellationToken)
    {
        await system.UntilAsync(At(19, 5), cancellationToken);
        for (var i = 0; i < 4; i++)
        {
            await ConfirmAsync(await PlaceAsync($"m-{100 + i}", "p-101", 2, "card", cancellationToken), $"m-{100 + i}", cancellationToken);
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
        await ConfirmAsync(foreign, "m-114", cancellationToken);
        system.Teams.Payment.Console.Refund(
            system.Teams.BooksOf(foreign).Order(foreign)!.Payments.Single().PaymentId, new ConsoleRefundRequest(10_000, "staff-1", Webhook: false));
        await system.UntilAsync(At(20, 0), cancellationToken);
    }

    /// <summary>20:00 to 20:30: parcels cannot be requested. An operator recovers two of them when logistics is back, and one only in the morning.</summary>
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

    /// <summary>The night: no person acts, and the schedules settle, erase and compare.</summary>
    private async Task SleepAsync(CancellationToken cancellationToken) => await system.UntilAsync(NightSystem.Moment(Today.AddDays(1), new TimeOnly(8, 0)), cancellationToken);

    /// <summary>The morning: the parcel of the night is recovered, another one is refused, and sellers are paid.</summary>
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
        Books = (Books.Begin, system.Teams.Books);
        using var admin = system.Api.As("admin", "a-1");
        Orders = [.. (await admin.GetFromJsonAsync<JsonElement>(new Uri("/v1/orders?limit=100", UriKind.Relative), cancellationToken)).GetProperty("items").EnumerateArray()
            .Where(order => order.GetProperty("orderId").GetString() != warmUp)];
        Settled = await admin.GetFromJsonAsync<JsonElement>(new Uri("/v1/settlements/" + BusinessDay.Text(Today), UriKind.Relative), cancellationToken);
        Reconciled = await admin.GetFromJsonAsync<JsonElement>(new Uri("/v1/reconciliations/" + BusinessDay.Text(Today), UriKind.Relative), cancellationToken);
    }

    private DateTimeOffset At(int hour, int minute) => NightSystem.Moment(Today, new TimeOnly(hour, minute));

    private async Task<string> PlaceAsync(string memberId, string productId, int quantity, string method, CancellationToken cancellationToken)
    {
        var orderId = await system.PlaceAsync(memberId, productId, quantity, method, cancellationToken);
        Placed++;
        return orderId;
    }

    private async Task ConfirmAsync(string orderId, string memberId, CancellationToken cancellationToken)
    {
        await system.LetAsync(orderId, "delivered", cancellationToken);
        using var customer = system.Api.Customer(memberId);
        await NightSystem.AskAsync(customer, $"/v1/orders/{orderId}/confirmation", null, cancellationToken);
        Confirmed++;
    }

    private async Task RetryAsync(string orderId, string memberId, CancellationToken cancellationToken)
    {
        using var staff = system.Api.As("operator", "op-1");
        await NightSystem.AskAsync(staff, $"/v1/orders/{orderId}/recovery", new { action = "retry", note = "they are back" }, cancellationToken);
        await ConfirmAsync(orderId, memberId, cancellationToken);
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
        Placed++;
    }

    private static bool LastPaymentIs(JsonElement order, string status) =>
        order.GetProperty("payments").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } payment && payment.GetProperty("status").GetString() == status;
}
