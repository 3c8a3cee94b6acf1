using System.Text.Json;
using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Http;

/// <summary>The response to the first successful call with an idempotency key.</summary>
/// <param name="Scope">Team, method, path and key.</param>
/// <param name="At">Time of the response.</param>
/// <param name="Body">Body of the request.</param>
internal sealed record FirstAnswer(string Scope, DateTimeOffset At, JsonElement? Body, int Status, string? ContentType, string Content)
{
    public bool IsFor(JsonElement? body) => (Body, body) switch
    {
        (null, null) => true,
        ({ } first, { } second) => JsonElement.DeepEquals(first, second),
        _ => false,
    };
}

/// <summary>
/// The first responses by <c>Idempotency-Key</c>. They are deleted after the idempotency window, which bounds the memory. Only successful responses are
/// stored, so that a rejected call can be repeated with the same key. Not thread-safe: call it inside a state transaction.
/// </summary>
internal sealed class IdempotencyMemory
{
    private readonly Dictionary<string, FirstAnswer> answers = new(StringComparer.Ordinal);
    private readonly Queue<FirstAnswer> oldestFirst = [];
    private readonly TimeProvider clock;
    private readonly TimeSpan window;
    private readonly TeamsState state;

    public IdempotencyMemory(TimeProvider clock, TimeSpan window, TeamsState state)
    {
        this.clock = clock;
        this.window = window;
        this.state = state;
        foreach (var answer in state.Load<FirstAnswer>(Kinds.Answer).OrderBy(answer => answer.At))
        {
            Add(answer);
        }
    }

    /// <summary>The number of stored keys.</summary>
    public int Count => answers.Count;

    public FirstAnswer? Find(string scope)
    {
        RemoveExpired();
        return answers.GetValueOrDefault(scope);
    }

    public void Remember(string scope, JsonElement? body, int status, string? contentType, string content)
    {
        RemoveExpired();
        var answer = new FirstAnswer(scope, clock.GetUtcNow(), body, status, contentType, content);
        Add(answer);
        state.Keep(Kinds.Answer, scope, answer);
    }

    private void Add(FirstAnswer answer)
    {
        answers[answer.Scope] = answer;
        oldestFirst.Enqueue(answer);
    }

    private void RemoveExpired()
    {
        var now = clock.GetUtcNow();
        while (oldestFirst.TryPeek(out var oldest) && now - oldest.At >= window)
        {
            oldestFirst.Dequeue();
            if (answers.GetValueOrDefault(oldest.Scope) == oldest)
            {
                answers.Remove(oldest.Scope);
                state.Drop(Kinds.Answer, oldest.Scope);
            }
        }
    }
}
