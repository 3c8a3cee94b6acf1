using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Activities.Reconciliation;

/// <summary>Reads reconciliations by the indexes of <c>0060-reconciliation.sql</c>.</summary>
internal sealed class ReconciliationQueries(OrderDatabase database, IPersonalData personal) : IReconciliationQueries
{
    public async Task<ReconciledDay?> FindAsync(DateOnly day, CancellationToken cancellationToken)
    {
        if (await RowAsync(day, cancellationToken) is not { } row)
        {
            return null;
        }

        var error = (await personal.UnprotectTextsAsync("error", [row.Error], cancellationToken))[0];
        return (row with { Error = error }).ToDay(day);
    }

    public Task<IReadOnlyList<FoundDifference>> DifferencesAsync(DateOnly day, int run, long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<FoundDifference>>(
            async (connection, token) =>
            {
                const string sql =
                    """
                    SELECT position AS Position, order_id AS OrderId, payment_id AS PaymentId, attempt AS Attempt, refund_id AS RefundId, kind AS Kind, ours AS Ours,
                        theirs AS Theirs, ours_status AS OursStatus, theirs_status AS TheirsStatus, done AS Done, found_at AS FoundAt
                    FROM reconciliation_differences WHERE day = @day AND run = @run AND position > @after ORDER BY position LIMIT @limit
                    """;
                var parameters = new { day = BusinessDay.Text(day), run = (long)run, after, limit = (long)limit };
                var rows = await connection.QueryAsync<DifferenceRow>(new CommandDefinition(sql, parameters, cancellationToken: token));
                return [.. rows.Select(row => row.ToFound())];
            },
            cancellationToken);

    private Task<DayRow?> RowAsync(DateOnly day, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            const string sql =
                """
                SELECT run AS Run, status AS Status, started_at AS StartedAt, ended_at AS EndedAt, error AS Error, payments AS Payments, refunds AS Refunds,
                    ours_paid AS OursPaid, ours_refunded AS OursRefunded, theirs_paid AS TheirsPaid, theirs_refunded AS TheirsRefunded, differences AS Differences
                FROM reconciliations WHERE day = @day
                """;
            return await connection.QuerySingleOrDefaultAsync<DayRow>(new CommandDefinition(sql, new { day = BusinessDay.Text(day) }, cancellationToken: token));
        },
        cancellationToken);

    private sealed record DayRow
    {
        public long Run { get; init; }

        public string Status { get; init; } = "";

        public long StartedAt { get; init; }

        public long? EndedAt { get; init; }

        public string? Error { get; init; }

        public long Payments { get; init; }

        public long Refunds { get; init; }

        public long OursPaid { get; init; }

        public long OursRefunded { get; init; }

        public long TheirsPaid { get; init; }

        public long TheirsRefunded { get; init; }

        public long Differences { get; init; }

        public ReconciledDay ToDay(DateOnly day) => new(
            day,
            (int)Run,
            ReconciliationRows.Word<ReconciliationStatus>(Status),
            StoreTime.FromStore(StartedAt),
            EndedAt is { } ended ? StoreTime.FromStore(ended) : null,
            Error,
            new ReconciliationTotals(
                Payments, Refunds, new Won(OursPaid), new Won(OursRefunded), new Won(TheirsPaid), new Won(TheirsRefunded), Differences));
    }

    private sealed record DifferenceRow
    {
        public long Position { get; init; }

        public string? OrderId { get; init; }

        public string PaymentId { get; init; } = "";

        public long Attempt { get; init; }

        public string? RefundId { get; init; }

        public string Kind { get; init; } = "";

        public long? Ours { get; init; }

        public long? Theirs { get; init; }

        public string? OursStatus { get; init; }

        public string? TheirsStatus { get; init; }

        public string Done { get; init; } = "";

        public long FoundAt { get; init; }

        public FoundDifference ToFound() => new(
            Position,
            new ReconciliationDifference(
                ReconciliationRows.Word<DifferenceKind>(Kind),
                OrderId,
                PaymentId,
                (int)Attempt,
                RefundId,
                Ours is { } ours ? new Won(ours) : null,
                Theirs is { } theirs ? new Won(theirs) : null,
                OursStatus,
                TheirsStatus,
                ReconciliationRows.Word<DifferenceOutcome>(Done)),
            StoreTime.FromStore(FoundAt));
    }
}
