using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Received;

/// <summary>Events of products in the order database; <c>due_at</c> of a claimed one is the end of its lease.</summary>
internal sealed class ProductEventQueue(OrderDatabase database, IPersonalData personal, TimeProvider time) : IProductEventQueue
{
    private const string Mine = "sequence = @Sequence AND lease_owner = @Owner";

    private long Now => StoreTime.ToStore(time.GetUtcNow());

    /// <summary>Enqueues an event, once.</summary>
    /// <param name="productEvent">With its personal values encrypted.</param>
    public static void Add(StoreBatch batch, PartnerEvent productEvent, DateTimeOffset now) => batch.Add(
        """
        INSERT INTO product_news (source, event_id, product_id, document, after_order, due_at)
        VALUES (@Source, @Id, @Subject, @document, '', @now) ON CONFLICT (source, event_id) DO NOTHING
        """,
        new { productEvent.Source, productEvent.Id, productEvent.Subject, document = JsonSerializer.Serialize(productEvent, OrderJson.Options), now = StoreTime.ToStore(now) });

    // Most polls find nothing, so they only read.
    public async Task<PendingProductEvent?> ClaimAsync(string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        await IsAnyDueAsync(cancellationToken) ? await ClaimDueAsync(owner, lease, cancellationToken) : null;

    public async Task<PendingProductEvent?> AdvanceAsync(PendingProductEvent productEvent, string lastOrderId, TimeSpan lease, CancellationToken cancellationToken) =>
        await ChangeAsync(
            $"UPDATE product_news SET after_order = @lastOrderId, due_at = @due WHERE {Mine}",
            new { productEvent.Sequence, productEvent.Owner, lastOrderId, due = Now + Microseconds(lease) },
            cancellationToken) > 0
            ? productEvent with { After = lastOrderId }
            : null;

    public Task DoneAsync(PendingProductEvent productEvent, CancellationToken cancellationToken) =>
        ChangeAsync($"DELETE FROM product_news WHERE {Mine}", new { productEvent.Sequence, productEvent.Owner }, cancellationToken);

    public Task PostponeAsync(PendingProductEvent productEvent, TimeSpan delay, CancellationToken cancellationToken) => ChangeAsync(
        $"UPDATE product_news SET lease_owner = NULL, due_at = @due WHERE {Mine}",
        new { productEvent.Sequence, productEvent.Owner, due = Now + Microseconds(delay) },
        cancellationToken);

    private Task<bool> IsAnyDueAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) => await connection.ExecuteScalarAsync<long>(
            new CommandDefinition("SELECT COUNT(*) FROM product_news WHERE due_at <= @now", new { now = Now }, cancellationToken: token)) > 0,
        cancellationToken);

    private async Task<PendingProductEvent?> ClaimDueAsync(string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var rows = await ClaimRowsAsync(owner, lease, cancellationToken);
        return rows.Count == 0
            ? null
            : (rows[0] with { Document = (await personal.UnprotectAsync([rows[0].Document], cancellationToken))[0] }).ToPendingProductEvent(owner);
    }

    private Task<IReadOnlyList<Row>> ClaimRowsAsync(string owner, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var rows = await new StoreWrite(transaction, token).QueryAsync<Row>(
                $"""
                UPDATE product_news SET lease_owner = @owner, due_at = @leaseUntil
                WHERE sequence IN (SELECT sequence FROM product_news WHERE due_at <= @now ORDER BY sequence LIMIT 1 {database.Dialect.SkipLocked})
                RETURNING sequence AS Sequence, document AS Document, after_order AS AfterOrder
                """,
                new { owner, leaseUntil = Now + Microseconds(lease), now = Now });
            return rows;
        },
        cancellationToken);

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private Task<int> ChangeAsync(string sql, object parameters, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(sql, parameters), cancellationToken);

    private sealed record Row
    {
        public long Sequence { get; init; }

        public string Document { get; init; } = "";

        public string AfterOrder { get; init; } = "";

        public PendingProductEvent ToPendingProductEvent(string owner) => new(Sequence, JsonSerializer.Deserialize<PartnerEvent>(Document, OrderJson.Options)!, AfterOrder, owner);
    }
}
