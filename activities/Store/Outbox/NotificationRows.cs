using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Outbox;

/// <summary>Adds notifications to the outbox, each once.</summary>
internal static class NotificationRows
{
    /// <param name="subject">Their subject: an order, a day or a payout.</param>
    public static Task WriteAsync(StoreWrite write, string subject, IEnumerable<OrderNotification> notifications, DateTimeOffset now)
    {
        var batch = new StoreBatch(write);
        Add(batch, subject, notifications, now);
        return batch.ExecuteAsync();
    }

    /// <inheritdoc cref="WriteAsync"/>
    public static void Add(StoreBatch batch, string subject, IEnumerable<OrderNotification> notifications, DateTimeOffset now)
    {
        foreach (var notification in notifications)
        {
            batch.Add(
                """
                INSERT INTO notifications (key, order_id, recipient, template, data, state, attempts, created_at, next_attempt_at, traceparent)
                VALUES (@Key, @subject, @To, @Template, @Data, 'pending', 0, @now, @now, @traceparent)
                ON CONFLICT (key) DO NOTHING
                """,
                new
                {
                    notification.Key,
                    subject,
                    notification.To,
                    notification.Template,
                    Data = notification.Data.GetRawText(),
                    now = StoreTime.ToStore(now),
                    traceparent = Traceparent.Current,
                });
        }
    }
}
