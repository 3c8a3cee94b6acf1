using Microsoft.AspNetCore.Http;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Tests.Partners;

/// <summary>Two requests with one key at the very same moment, with the work stopped in its middle so that they really meet.</summary>
public sealed class IdempotencyTurnTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TaskCompletionSource<int> firstAnswer = new();
    private int runs;

    [Test]
    public async Task The_second_waits_for_the_first_and_gets_its_answer()
    {
        var middleware = Middleware();
        var (first, second) = (Request("k"), Request("k"));

        var firstDone = middleware.InvokeAsync(first);
        var secondDone = middleware.InvokeAsync(second);
        Assert.That((runs, secondDone.IsCompleted), Is.EqualTo((1, false)), "the work is begun once");
        firstAnswer.SetResult(StatusCodes.Status201Created);
        await Task.WhenAll(firstDone, secondDone).WaitAsync(Patience);

        Assert.That(runs, Is.EqualTo(1));
        Assert.That((first.Response.StatusCode, second.Response.StatusCode), Is.EqualTo((201, 201)));
        Assert.That(second.Response.Headers[IdempotencyMiddleware.ReplayedHeaderName].ToString(), Is.EqualTo("true"));
        Assert.That(BodyOf(second), Is.EqualTo(BodyOf(first)).And.EqualTo("answer 1"));
    }

    [Test]
    public async Task The_second_does_the_work_where_the_first_was_refused()
    {
        var middleware = Middleware();
        var (first, second) = (Request("k"), Request("k"));

        var bothDone = Task.WhenAll(middleware.InvokeAsync(first), middleware.InvokeAsync(second));
        firstAnswer.SetResult(StatusCodes.Status409Conflict);
        await bothDone.WaitAsync(Patience);

        Assert.That(runs, Is.EqualTo(2));
        Assert.That((first.Response.StatusCode, second.Response.StatusCode), Is.EqualTo((409, 201)));
    }

    [Test]
    public async Task Another_key_does_not_wait()
    {
        var middleware = Middleware();
        var firstDone = middleware.InvokeAsync(Request("k"));

        await middleware.InvokeAsync(Request("another")).WaitAsync(Patience);

        Assert.That((runs, firstDone.IsCompleted), Is.EqualTo((2, false)));
        firstAnswer.SetResult(StatusCodes.Status201Created);
        await firstDone.WaitAsync(Patience);
    }

    private static DefaultHttpContext Request(string key)
    {
        var context = new DefaultHttpContext();
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new TeamCall(Team.Payment)), "a changing call"));
        context.Request.Method = HttpMethods.Post;
        context.Request.Path = "/payment/payments";
        context.Request.Headers[IdempotencyMiddleware.HeaderName] = key;
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static string BodyOf(HttpContext context) => System.Text.Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());

    /// <summary>The first call of the work waits for <see cref="firstAnswer"/>; later ones are answered 201 at once.</summary>
    private IdempotencyMiddleware Middleware() => new(
        async context =>
        {
            var run = Interlocked.Increment(ref runs);
            context.Response.StatusCode = run == 1 ? await firstAnswer.Task : StatusCodes.Status201Created;
            await context.Response.WriteAsync($"answer {run}");
        },
        new IdempotencyMemory(TimeProvider.System, TimeSpan.FromDays(1)));
}
