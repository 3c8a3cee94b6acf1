using System.Text.Json;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Feed;

/// <summary>Encrypts the personal data of events and notifications before their rows are written, and decrypts it after they are read.</summary>
internal static class PersonalRows
{
    extension(IPersonalData personal)
    {
        /// <summary>The events as they are written.</summary>
        public async ValueTask<IReadOnlyList<OrderEvent>> ProtectAsync(IReadOnlyList<OrderEvent> events, DataOwner owner, CancellationToken cancellationToken)
        {
            var written = new List<OrderEvent>(events.Count);
            foreach (var orderEvent in events)
            {
                written.Add(orderEvent with { Data = await personal.ProtectAsync(orderEvent.Data, owner, cancellationToken) });
            }

            return written;
        }

        /// <summary>The notifications as they are written.</summary>
        public async ValueTask<IReadOnlyList<OrderNotification>> ProtectAsync(
            IReadOnlyList<OrderNotification> notifications, DataOwner owner, CancellationToken cancellationToken)
        {
            var written = new List<OrderNotification>(notifications.Count);
            foreach (var notification in notifications)
            {
                written.Add(notification with { Data = await personal.ProtectAsync(notification.Data, owner, cancellationToken) });
            }

            return written;
        }

        /// <summary>A text in its own column as it is written; <see cref="IPersonalData.UnprotectTextsAsync"/> reads it.</summary>
        /// <param name="field">The member that it would be in a document.</param>
        public async ValueTask<string?> ProtectTextAsync(string field, string? text, DataOwner owner, CancellationToken cancellationToken)
        {
            if (text is null)
            {
                return null;
            }

            var document = await personal.ProtectAsync(JsonSerializer.Serialize(new Dictionary<string, string> { [field] = text }), owner, cancellationToken);
            return JsonElement.Parse(document).GetProperty(field).GetString();
        }

        /// <summary>Rows of the feed as events in clear.</summary>
        public async ValueTask<IReadOnlyList<StoredEvent>> UnprotectAsync(IReadOnlyList<EventRow> rows, CancellationToken cancellationToken)
        {
            var data = await personal.UnprotectEventsAsync([.. rows.Select(row => row.Data)], cancellationToken);
            return [.. rows.Zip(data, (row, clear) => (row with { Data = clear }).ToEvent())];
        }

        private async ValueTask<JsonElement> ProtectAsync(JsonElement data, DataOwner owner, CancellationToken cancellationToken)
        {
            var clear = data.GetRawText();
            var written = await personal.ProtectEventAsync(clear, owner, cancellationToken);
            return ReferenceEquals(clear, written) ? data : JsonElement.Parse(written);
        }
    }
}
