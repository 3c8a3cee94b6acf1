using System.Globalization;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>A statement as its row, with the payout it is in.</summary>
internal sealed class StatementRow
{
    // The view statement_payouts is not used, because SQLite would materialize all of it for each page.
    public const string Select =
        """
        SELECT s.statement_id AS StatementId, s.seller_id AS SellerId, s.day AS Day, s.sales AS Sales, s.seller_discount AS SellerDiscount,
            s.platform_discount AS PlatformDiscount, s.refunds AS Refunds, s.commission AS Commission, s.amount AS Amount, s.lines AS Lines,
            p.payout_id AS PayoutId, o.status AS PayoutStatus
        FROM statements s
            LEFT JOIN payout_statements p ON p.statement_id = s.statement_id
                AND NOT EXISTS (SELECT 1 FROM payout_outcomes f WHERE f.payout_id = p.payout_id AND f.status = 'failed')
            LEFT JOIN payout_outcomes o ON o.payout_id = p.payout_id
        """;

    public required string StatementId { get; init; }

    public required string SellerId { get; init; }

    public required string Day { get; init; }

    public long Sales { get; init; }

    public long SellerDiscount { get; init; }

    public long PlatformDiscount { get; init; }

    public long Refunds { get; init; }

    public long Commission { get; init; }

    public long Amount { get; init; }

    public long Lines { get; init; }

    public string? PayoutId { get; init; }

    public string? PayoutStatus { get; init; }

    public Statement ToStatement() => new(
        StatementId,
        SellerId,
        DateOnly.Parse(Day, CultureInfo.InvariantCulture),
        new Won(Sales),
        new Won(SellerDiscount),
        new Won(PlatformDiscount),
        new Won(Refunds),
        new Won(Commission),
        new Won(Amount),
        PayoutStatus == "completed" ? StatementStatus.Paid : StatementStatus.Open,
        PayoutId,
        Lines);
}

/// <summary>A payout as its row, with its outcome.</summary>
internal sealed record PayoutRow
{
    public const string Select =
        """
        SELECT p.payout_id AS PayoutId, p.seller_id AS SellerId, p.amount AS Amount, p.commission AS Commission, p.requested_at AS RequestedAt,
            o.status AS Status, o.failure_reason AS FailureReason, o.ended_at AS EndedAt
        FROM payouts p LEFT JOIN payout_outcomes o ON o.payout_id = p.payout_id
        """;

    public required string PayoutId { get; init; }

    public required string SellerId { get; init; }

    public long Amount { get; init; }

    public long Commission { get; init; }

    public long RequestedAt { get; init; }

    public string? Status { get; init; }

    public string? FailureReason { get; init; }

    public long? EndedAt { get; init; }

    public Payout ToPayout(IReadOnlyList<string> statementIds) => new(
        PayoutId,
        SellerId,
        new Won(Amount),
        new Won(Commission),
        statementIds,
        Status switch
        {
            null => PayoutStatus.Requested,
            "completed" => PayoutStatus.Completed,
            _ => PayoutStatus.Failed,
        },
        FailureReason,
        StoreTime.FromStore(RequestedAt),
        Status == "completed" && EndedAt is { } at ? StoreTime.FromStore(at) : null);
}
