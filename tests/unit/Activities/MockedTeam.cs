using System.Net;
using System.Net.Http.Json;
using Moq;
using Moq.Language.Flow;
using Moq.Protected;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Unit.Activities;

/// <summary>Another team at the edge of an activity: its HTTP answers are mocked, and the requests to it are recorded.</summary>
internal sealed class MockedTeam : IDisposable
{
    private readonly Mock<HttpMessageHandler> handler = new(MockBehavior.Strict);
    private readonly List<ReceivedCall> calls = [];

    public MockedTeam()
    {
        handler.Protected().Setup("Dispose", ItExpr.IsAny<bool>());
        Http = new HttpClient(handler.Object) { BaseAddress = new Uri("http://team.test/") };
    }

    public HttpClient Http { get; }

    /// <summary>What the team was sent, oldest first.</summary>
    public IReadOnlyList<ReceivedCall> Calls => calls;

    /// <summary>The calls as <c>POST /payments</c>.</summary>
    public IEnumerable<string> Lines => calls.Select(call => call.Line);

    public MockedTeam Answers(string line, HttpStatusCode status, object? body = null, TimeSpan? retryAfter = null)
    {
        Setup(line).ReturnsAsync(() =>
        {
            var response = new HttpResponseMessage(status) { Content = body is null ? null : JsonContent.Create(body, options: OrderJson.Options) };
            response.Headers.RetryAfter = retryAfter is { } delay ? new(delay) : null;
            return response;
        });
        return this;
    }

    public MockedTeam Fails(string line, Exception exception)
    {
        Setup(line).ThrowsAsync(exception);
        return this;
    }

    /// <summary>Does not answer until the caller cancels.</summary>
    public MockedTeam NeverAnswers(string line)
    {
        Setup(line).Returns(async (HttpRequestMessage _, CancellationToken token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("unreachable");
        });
        return this;
    }

    public void Dispose() => Http.Dispose();

    private ISetup<HttpMessageHandler, Task<HttpResponseMessage>> Setup(string line)
    {
        var setup = handler.Protected().Setup<Task<HttpResponseMessage>>(
            "SendAsync", ItExpr.Is<HttpRequestMessage>(request => LineOf(request) == line), ItExpr.IsAny<CancellationToken>());
        setup.Callback((HttpRequestMessage request, CancellationToken _) => calls.Add(new ReceivedCall(
            LineOf(request),
            request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null,
            request.Content?.ReadAsStringAsync(CancellationToken.None).GetAwaiter().GetResult())));
        return setup;
    }

    private static string LineOf(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.AbsolutePath}";
}

/// <summary>A call that a team was sent.</summary>
internal sealed record ReceivedCall(string Line, string? Key, string? Body);
