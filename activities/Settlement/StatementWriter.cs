using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>A statement as it is about to be written.</summary>
internal sealed record StatementDraft(DateOnly Day, string SellerId, long Lines, StatementAmounts Amounts)
{
    public string Id => Statement.IdOf(Day, SellerId);

    /// <summary>수수료 계산이 완료되었다, 판매자 정산금이 확정되었다, 정산 내역이 생성되었다: the events of a statement, which is their subject.</summary>
    public IEnumerable<OrderEvent> Events(DateTimeOffset now) =>
    [
        OrderTimeline.Event(Id, EventTypes.CommissionCalculated, "1", now, new { Day, SellerId, Amounts.Commission }),
        OrderTimeline.Event(Id, EventTypes.SellerAmountFixed, "1", now, new
        {
            Day,
            SellerId,
            Amounts.Sales,
            Amounts.SellerDiscount,
            Amounts.PlatformDiscount,
            Amounts.Refunds,
            Amounts.Commission,
            Amounts.Amount,
        }),
        OrderTimeline.Event(Id, EventTypes.StatementCreated, "1", now, new { statementId = Id, SellerId, Day, Amounts.Amount }),
    ];
}

/// <summary>Writes statements with their events, each once, and adds them to the unpaid statements.</summary>
internal sealed class StatementWriter(StoreWrite write, StoreDialect dialect, DateTimeOffset now)
{
    public Task WriteAsync(IEnumerable<StatementDraft> statements)
    {
        var batch = new StoreBatch(write);
        foreach (var statement in statements)
        {
            Add(batch, statement);

            // Only payouts add or remove a statement that is or was in a payout.
            batch.Add(
                """
                INSERT INTO unpaid_statements (statement_id, seller_id, amount, commission)
                SELECT statement_id, seller_id, amount, commission FROM statements s
                WHERE statement_id = @Id AND NOT EXISTS (SELECT 1 FROM payout_statements p WHERE p.statement_id = s.statement_id)
                ON CONFLICT (statement_id) DO NOTHING
                """,
                new { statement.Id });
            EventRows.Add(batch, dialect, statement.Events(now));
        }

        return batch.ExecuteAsync();
    }

    private void Add(StoreBatch batch, StatementDraft statement) => batch.Add(
        """
        INSERT INTO statements (statement_id, day, seller_id, lines, sales, seller_discount, platform_discount, refunds, commission, amount, created_at)
        VALUES (@Id, @day, @SellerId, @Lines, @sales, @sellerDiscount, @platformDiscount, @refunds, @commission, @amount, @created)
        ON CONFLICT (statement_id) DO NOTHING
        """,
        new
        {
            statement.Id,
            day = BusinessDay.Text(statement.Day),
            statement.SellerId,
            statement.Lines,
            sales = statement.Amounts.Sales.Amount,
            sellerDiscount = statement.Amounts.SellerDiscount.Amount,
            platformDiscount = statement.Amounts.PlatformDiscount.Amount,
            refunds = statement.Amounts.Refunds.Amount,
            commission = statement.Amounts.Commission.Amount,
            amount = statement.Amounts.Amount.Amount,
            created = StoreTime.ToStore(now),
        });
}

/// <summary>Statements added up by the database.</summary>
internal sealed record TotalsRow(
    long Statements, long Lines, long Sales, long SellerDiscount, long PlatformDiscount, long Refunds, long Commission)
{
    public const string Select =
        """
        SELECT COUNT(*) AS Statements, CAST(COALESCE(SUM(lines), 0) AS BIGINT) AS Lines, CAST(COALESCE(SUM(sales), 0) AS BIGINT) AS Sales,
            CAST(COALESCE(SUM(seller_discount), 0) AS BIGINT) AS SellerDiscount,
            CAST(COALESCE(SUM(platform_discount), 0) AS BIGINT) AS PlatformDiscount, CAST(COALESCE(SUM(refunds), 0) AS BIGINT) AS Refunds,
            CAST(COALESCE(SUM(commission), 0) AS BIGINT) AS Commission
        FROM statements
        """;

    public StatementAmounts ToAmounts() =>
        new(new Won(Sales), new Won(SellerDiscount), new Won(PlatformDiscount), new Won(Refunds), new Won(Commission));
}
