using System.Text.Json;
using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Http;

/// <summary>The answer to the first successful call under an idempotency key.</summary>
/// <param name="Scope">Team, method, path and key.</param>
/// <param name="At">When it was given.</param>
/// <param name="Body">What was asked.</param>
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
/// What was answered under which <c>Idempotency-Key</c>, until its window has passed: then it is dropped, so the memory is as large as the
/// window is busy. Only a success is remembered, so a refused call may be tried again under its key. Used inside a turn of the state.
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

    /// <summary>How many keys are remembered.</summary>
    public int Count => answers.Count;

    public FirstAnswer? Find(string scope)
    {
        ForgetLapsed();
        return answers.GetValueOrDefault(scope);
    }

    public void Remember(string scope, JsonElement? body, int status, string? contentType, string content)
    {
        ForgetLapsed();
        var answer = new FirstAnswer(scope, clock.GetUtcNow(), body, status, contentType, content);
        Add(answer);
        state.Keep(Kinds.Answer, scope, answer);
    }

    private void Add(FirstAnswer answer)
    {
        answers[answer.Scope] = answer;
        oldestFirst.Enqueue(answer);
    }

    private void ForgetLapsed()
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
