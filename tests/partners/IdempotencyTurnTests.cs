using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Tests.Partners;

/// <summary>Two requests with one key at the same moment, with the work of the first held until the second has arrived.</summary>
public sealed class IdempotencyTurnTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly JsonElement Body = JsonDocument.Parse("""{"orderId":"o-1"}""").RootElement;
    private readonly TeamsState state = new(path: null);
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> firstAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OncePerKey oncePerKey;
    private int runs;

    public IdempotencyTurnTests() =>
        oncePerKey = new OncePerKey(state, new IdempotencyMemory(TimeProvider.System, TimeSpan.FromDays(1), state));

    [Test]
    public async Task The_second_waits_for_the_first_and_gets_its_answer()
    {
        var (first, second) = (CallAsync("k"), CallAsync("k"));
        await begun.Task.WaitAsync(Timeout);
        Assert.That((runs, first.IsCompleted, second.IsCompleted), Is.EqualTo((1, false, false)), "the work is begun once");

        firstAnswer.SetResult(StatusCodes.Status201Created);
        var answers = await Task.WhenAll(first, second).WaitAsync(Timeout);

        Assert.That(runs, Is.EqualTo(1));
        Assert.That(answers.Select(a => (a.Status, a.Content)), Is.All.EqualTo((201, "\"answer 1\"")));
        Assert.That(answers.Count(a => a.IsReplay), Is.EqualTo(1));
    }

    [Test]
    public async Task The_second_does_the_work_where_the_first_was_refused()
    {
        var both = Task.WhenAll(CallAsync("k"), CallAsync("k"));
        await begun.Task.WaitAsync(Timeout);
        firstAnswer.SetResult(StatusCodes.Status409Conflict);
        var answers = await both.WaitAsync(Timeout);

        Assert.That(runs, Is.EqualTo(2));
        Assert.That(answers.Select(a => a.Status), Is.EquivalentTo(new[] { 409, 201 }));
    }

    [Test]
    public async Task Keys_whose_window_has_passed_take_no_room()
    {
        var clock = new Support.ManualClock();
        var memory = new IdempotencyMemory(clock, TimeSpan.FromDays(15), state);
        var filter = new OncePerKey(state, memory);
        firstAnswer.SetResult(StatusCodes.Status201Created);
        for (var day = 0; day < 100; day++)
        {
            await CallAsync($"key of day {day}", filter);
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.That(memory.Count, Is.EqualTo(15));
    }

    private Task<(int Status, string? Content, bool IsReplay)> CallAsync(string key, OncePerKey? filter = null) => Task.Run(async () =>
    {
        var context = new DefaultHttpContext();
        context.Features.Set(new IdempotentCall($"payment POST /payment/payments {key}", Body));
        var result = await (filter ?? oncePerKey).InvokeAsync(new DefaultEndpointFilterInvocationContext(context), _ => Work());
        var answer = (ContentHttpResult)result!;
        return (answer.StatusCode!.Value, answer.ResponseContent, context.Response.Headers.ContainsKey(IdempotencyMiddleware.ReplayedHeaderName));
    });

    /// <summary>The first run of the work waits for <see cref="firstAnswer"/>; later ones are answered 201 at once.</summary>
    private ValueTask<object?> Work()
    {
        var run = Interlocked.Increment(ref runs);
        begun.TrySetResult();
        var status = run == 1 ? firstAnswer.Task.GetAwaiter().GetResult() : StatusCodes.Status201Created;
        return ValueTask.FromResult<object?>(TypedResults.Json($"answer {run}", statusCode: status));
    }
}
