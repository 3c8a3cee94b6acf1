using Dapper;
using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Tests.Storage.Settlement;
using OrderOrchestration.Workflows.Reconciliation;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Storage.Privacy;

/// <summary>What banks and teams write about a payout or a day may name a person: it is encrypted in every row, and in clear for who reads it.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class FinanceTextsTests(DatabaseKind kind) : SettlementFixture(kind)
{
    private const string Person = "홍길동";
    private const string Text = "예금주 " + Person + " 불일치";

    private static readonly DateOnly Day = new(2026, 1, 15);
    private static readonly string[] Tables =
        ["payout_outcomes", "settlement_attention", "reconciliations", "events", "notifications"];

    [Test]
    public async Task No_row_of_finance_holds_a_persons_name_in_clear()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000));
        await SettleAsync(Day);
        var payout = (await PayAsync("run-1")).Single();
        await Payouts.EndAsync(new PayoutOutcome(payout.PayoutId, Entries.NoonOf(Day), Text, "e-1"), default);
        await Days.ReportFailureAsync(new SettlementFailure("2026-01-15", "f-1", Entries.NoonOf(Day), "close-day", Text, Day), default);
        await Get<IReconciliationStore>().FailAsync(new ReconciliationFailure(Day, 1, Entries.NoonOf(Day), "compare-theirs", Text), default);

        Assert.That((await Reader.FindPayoutAsync(payout.PayoutId, default))!.FailureReason, Is.EqualTo(Text));
        Assert.That((await Reader.AttentionAsync("2026-01-15", default))!.Error, Is.EqualTo(Text));
        Assert.That((await Get<IReconciliationQueries>().FindAsync(Day, default))!.Error, Is.EqualTo(Text));
        foreach (var table in Tables)
        {
            var rows = await RowsAsync(table);
            Assert.That(rows, Is.Not.Empty, table);
            Assert.That(rows.Where(row => row.Contains(Person, StringComparison.Ordinal)), Is.Empty, table);
        }
    }

    private async Task<List<string>> RowsAsync(string table)
    {
        await using var connection = await Get<OrderDatabase>().Dialect.OpenAsync(default);
        var rows = await connection.QueryAsync($"SELECT * FROM {table}");
        return [.. rows.Cast<IDictionary<string, object?>>().Select(row => string.Join('|', row.Values))];
    }
}
