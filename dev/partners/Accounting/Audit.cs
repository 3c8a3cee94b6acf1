namespace OrderOrchestration.Partners.Accounting;

/// <summary>
/// Checks that each team's books are consistent in themselves. The effects of the order team's calls are checked by the tests of
/// <c>domain.md</c> §5.
/// </summary>
internal static class Audit
{
    public static IReadOnlyList<string> Imbalances(
        IEnumerable<StockAccount> stock, IEnumerable<MemberAccount> members, IEnumerable<OrderAccount> orders) =>
    [
        .. stock.Where(s => s.Initial + s.Adjusted + s.Restored != s.Available + s.Held + s.Committed || s.Available < 0)
            .Select(s => $"stock of {s.ProductId}: {s}"),
        .. members.Where(m => m.Initial + m.Adjusted - m.Used + m.Restored + m.Accrued - m.ClawedBack != m.Balance || m.Balance < 0)
            .Select(m => $"points of {m.MemberId}: {m}"),
        .. orders.Where(o => o.CardRefunded > o.CardCharged).Select(o => $"order {o.OrderId}: more refunded than charged"),
        .. orders.Where(o => o.Card.Kept != o.Card.Charged - o.Card.RefundedByOrderTeam - o.Card.RefundedByConsole - o.Card.ChargedBack || o.Card.Kept < 0)
            .Select(o => $"card of order {o.OrderId}: {o.Card}"),
        .. orders.Where(o => o.PointsRestored > o.PointsUsed).Select(o => $"order {o.OrderId}: more points restored than used"),
        .. orders.SelectMany(o => o.Units.Where(u => u.Reserved != u.Held + u.Released + u.Expired + u.Committed || u.Restored > u.Committed)
            .Select(u => $"order {o.OrderId}: {u}")),
    ];
}
