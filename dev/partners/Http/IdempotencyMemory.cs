using System.Collections.Concurrent;
using System.Text.Json;

namespace OrderOrchestration.Partners.Http;

/// <summary>
/// What was answered under which <c>Idempotency-Key</c>, per team, method and path. Callers of one key take turns, so two at once run the
/// work once; only a success is remembered, so a refused call may be tried again under its key.
/// </summary>
internal sealed class IdempotencyMemory(TimeProvider clock, TimeSpan window)
{
    private readonly ConcurrentDictionary<string, Slot> slots = new(StringComparer.Ordinal);

    public Slot this[string scope] => slots.GetOrAdd(scope, _ => new Slot(this));

    internal sealed class Slot(IdempotencyMemory memory)
    {
        private Answer? answer;

        /// <summary>Held by the one caller whose turn it is.</summary>
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>The first successful answer, unless the window has passed.</summary>
        public Answer? Remembered =>
            answer is { } known && memory.Now - known.At < memory.Window ? known : null;

        public void Remember(JsonElement? body, int status, string? contentType, byte[] content) =>
            answer = new Answer(memory.Now, body, status, contentType, content);
    }

    internal sealed record Answer(DateTimeOffset At, JsonElement? Body, int Status, string? ContentType, byte[] Content)
    {
        public bool IsFor(JsonElement? body) => (Body, body) switch
        {
            (null, null) => true,
            ({ } first, { } second) => JsonElement.DeepEquals(first, second),
            _ => false,
        };
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private TimeSpan Window => window;
}
