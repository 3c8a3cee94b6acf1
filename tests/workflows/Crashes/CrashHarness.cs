using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Workflows.Crashes;

/// <summary>Plays a scenario to its end and describes the outcome in a text that is the same for every order of that scenario.</summary>
internal static partial class CrashHarness
{
    /// <summary>An order of a member of its own, so that no member buys enough to change its tier.</summary>
    public static Task<PlacedOrder> StartAsync(OrderHarness harness, CrashScenario scenario, Func<OrderRequest, OrderRequest>? basket = null)
    {
        var plain = Requests.Plain(OrderHarness.NewOrderId()).PayingBy(scenario.Method).ByAnotherMember();
        return harness.StartAsync(basket?.Invoke(plain) ?? plain, OrderHarness.Usual, isStored: true);
    }

    public static async Task PlayAsync(CrashScenario scenario, PlacedOrder order, string how)
    {
        try
        {
            await order.WhenInAsync(OrderStatus.AwaitingPayment);
            await scenario.PlayAsync(order);
            await order.WhenAsync(stored => stored.Snapshot.IsAtRest);
            await order.WhenClosedAsync();
            var observed = await order.CollectEvidenceAsync();
            Assert.That(OrderInvariants.BreachesOf(observed), Is.Empty, $"{scenario} {how}");
        }
        catch (TimeoutException stuck)
        {
            throw new TimeoutException($"{scenario} {how}: {stuck.Message}", stuck);
        }
    }

    /// <summary>Ledger, books, published events and sent notifications, without generated ids and times.</summary>
    public static string Outcome(OrderHarness harness, PlacedOrder order)
    {
        var stored = order.Stored!;
        var ledger = stored.Snapshot.Ledger
            .Select(entry => $"{entry.Kind} {entry.Cause} {entry.Amount} {entry.Points} {Units(entry.Units)} {entry.Rate} {entry.CouponCode}")
            .Order(StringComparer.Ordinal);
        var published = stored.Types.CountBy(type => type).Select(type => string.Create(CultureInfo.InvariantCulture, $"{type.Value} {type.Key}")).Order(StringComparer.Ordinal);
        var sent = stored.Templates.CountBy(template => template).Select(template => $"{template.Value} {template.Key}").Order(StringComparer.Ordinal);
        var books = JsonSerializer.Serialize(order.Account, OrderJson.Options) + JsonSerializer.Serialize(harness.Teams.BooksOf(order.OrderId).Notifications.Count);
        var lines = ledger.Concat(published).Concat(sent).Append(OfItsOwn().Replace(books, string.Empty));
        return string.Join('\n', lines).Replace(order.OrderId, "order", StringComparison.Ordinal);
    }

    [GeneratedRegex("\"(paymentId|waybill|pickupId|refundId|[a-z]+At)\":\"[^\"]*\"")]
    private static partial Regex OfItsOwn();

    private static string Units(IEnumerable<LineQuantity>? units) => string.Join('+', (units ?? []).Select(unit => $"{unit.Quantity} {unit.ProductId}"));
}
