using System.Data.Common;
using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Storage.Plans;

/// <summary>Fills a database as months of business would, so that a planner has reason to use an index, and the right one.</summary>
internal static class FilledDatabase
{
    public const int Orders = 20_000;

    // Times are microseconds since 1970: one order a second.
    private const string Script =
        """
        INSERT INTO orders (order_id, member_id, status, needs_attention, created_at, version, snapshot, run_id, closed)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        SELECT 'o-' || i, CASE WHEN i % 4 = 0 THEN NULL ELSE 'm-' || (i % 2000) END, CASE WHEN i % 100 = 1 THEN 'awaiting-payment' ELSE 'completed' END,
            CASE WHEN i % 500 = 0 THEN 1 ELSE 0 END, i * CAST(1000000 AS BIGINT), 3, @snapshot, 'run', CASE WHEN i % 100 = 1 THEN 0 ELSE 1 END FROM n;
        INSERT INTO order_lines (order_id, product_id, seller_id, created_at, unpaid)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        SELECT 'o-' || i, 'p-' || (i % 1000), 's-' || (i % 200), i * CAST(1000000 AS BIGINT), CASE WHEN i % 100 = 1 THEN 1 ELSE 0 END FROM n;
        UPDATE feed_base SET base = 1000000;
        INSERT INTO events (commit_group, event_id, source, type, order_id, time, data)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
        SELECT i / 3, 'e-' || i, '/teams/order', 'order.placed', 'o-' || (i / 3), '2026-05-01T00:00:00.0000000+00:00', '{}' FROM n;
        INSERT INTO notifications (key, order_id, recipient, template, data, state, attempts, created_at, next_attempt_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        SELECT 'n-' || i, 'o-' || i, 'm-1', 't', '{}', CASE WHEN i % 400 = 0 THEN 'pending' WHEN i % 1000 = 1 THEN 'dead' ELSE 'delivered' END, 1, i, i FROM n;
        INSERT INTO received_events (source, event_id, received_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT '/teams/payment', 'e-' || i, @now - i * CAST(60000000 AS BIGINT) FROM n;
        INSERT INTO handed_events (order_id, source, event_id, event, handed_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        SELECT 'o-' || i, '/teams/payment', 'e-' || i, '{}', @now - i * CAST(60000000 AS BIGINT) FROM n;
        INSERT INTO idempotency_keys (scope, body_hash, resource_id, lease_until, created_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'k-' || i, 'h', 'o-' || i, i, @now - i * CAST(60000000 AS BIGINT) FROM n;
        INSERT INTO guest_tokens (token_hash, order_id, created_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT 'h-' || i, 'o-' || (4 * i), i FROM n;
        INSERT INTO guest_orders (order_id, phone_hash, placed_at, policies)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT 'o-' || (4 * i), 'h-' || i, @now - i * CAST(60000000 AS BIGINT), '{}' FROM n;
        INSERT INTO unpaid_claims (order_id, owner, claimed_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT 'o-' || i, 'member/m-' || i, @now FROM n;
        INSERT INTO carts (cart_id, document, updated_at, guest)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT 'm-' || i, '{"items":[]}', i, i % 2 FROM n;
        INSERT INTO addresses (address_id, member_id, document)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT 'a-' || i, 'm-' || (i % 2000), '{}' FROM n;
        INSERT INTO refunds (refund_id, order_id, status, amount, points, reason, lines, requested_at, updated_at, due_at, overdue)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        SELECT 'r-' || i, 'o-' || i, CASE WHEN i % 20 = 0 THEN 'awaiting-approval' WHEN i % 20 = 1 THEN 'processing' ELSE 'completed' END, 1, 0, 'r', '[]', i, i, i, CASE WHEN i % 500 = 0 THEN 1 ELSE 0 END FROM n;
        INSERT INTO shipment_scans (order_id, shipment_id, source, event_id, occurred_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'o-' || (i / 10), 's1', '/teams/logistics', 'e-' || i, i FROM n;
        INSERT INTO settlement_entries (entry_id, order_id, kind, product_id, seller_id, category_id, quantity, sales, seller_discount, platform_discount, commission_rate, commission, occurred_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'e-' || i, 'o-' || i, 'sale', 'p-1', 's-' || (i % 200), 'c', 1, 100, 0, 0, '0.1', 10, i * CAST(1000000 AS BIGINT) FROM n;
        INSERT INTO statement_lines (entry, day, seller_id)
        SELECT position, '2026-01-' || (10 + (position / 200) % 10), seller_id FROM settlement_entries WHERE position <= 18000;
        INSERT INTO unsettled_entries (entry, occurred_at) SELECT position, occurred_at FROM settlement_entries WHERE position > 18000;
        INSERT INTO statements (statement_id, day, seller_id, lines, sales, seller_discount, platform_discount, refunds, commission, amount, created_at)
        SELECT DISTINCT day || '/' || seller_id, day, seller_id, 9, 900, 0, 0, 0, 90, 810, 1 FROM statement_lines;
        INSERT INTO unpaid_statements (statement_id, seller_id, amount, commission) SELECT statement_id, seller_id, 810, 90 FROM statements WHERE day = '2026-01-19';
        INSERT INTO payouts (payout_id, run_id, seller_id, amount, commission, requested_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'po-' || i, 'run-' || (i / 200), 's-' || (i % 200), 810, 90, i FROM n;
        INSERT INTO payout_statements (payout_id, statement_id)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        SELECT 'po-' || i, CASE WHEN i < 2000 THEN '2026-01-' || (10 + (i / 200) % 10) ELSE 'older-' || (i / 200) END || '/s-' || (i % 200) FROM n;
        INSERT INTO payout_outcomes (payout_id, status, ended_at) SELECT payout_id, 'completed', 1 FROM payouts WHERE requested_at <= 19900;
        INSERT INTO event_subscribers (name, commit_group, position) VALUES ('erp', 20000, 60000), ('search', 19990, 59970);
        INSERT INTO event_lanes (subscriber, order_id, delivered, last, state, attempts, next_attempt_at, dead_position, dead_since, failing_since, last_error)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        SELECT 'erp', 'o-' || i, 3 * i, 3 * i + 2, CASE WHEN i % 100 = 0 THEN 'dead' ELSE 'open' END, 0, i, 3 * i + 1, i, i, 'e' FROM n;
        """;

    public static async Task FillAsync(DbConnection connection)
    {
        var order = Snapshots.Of("o-1", status: OrderStatus.Completed).WithAttention();
        await connection.ExecuteAsync(Script, new { snapshot = JsonSerializer.Serialize(order, OrderJson.Options), now = StoreTime.ToStore(DateTimeOffset.UtcNow) }, commandTimeout: 120);

        // SQLite plans by its indexes alone, and nothing of ours ever counts for it; PostgreSQL counts by itself, a while later.
        if (connection is Npgsql.NpgsqlConnection)
        {
            await connection.ExecuteAsync("ANALYZE;");
        }
    }
}
