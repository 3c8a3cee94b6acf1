using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Bench;

/// <summary>
/// Calls WorkflowService without an SDK between: it costs little beside what is measured, and takes an eagerly started task that an SDK's
/// client keeps for its own workers.
/// </summary>
internal sealed class WireClient(string targetHost) : IDisposable
{
    public const string Namespace = "default";

    private const int Prefix = 5;

    private readonly HttpClient client = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }) { BaseAddress = new Uri($"http://{targetHost}") };

    /// <exception cref="InvalidOperationException">The server refused.</exception>
    public async Task<TResponse> CallAsync<TResponse>(string method, IMessage request)
        where TResponse : IMessage<TResponse>, new()
    {
        var body = new byte[Prefix + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), body.Length - Prefix);
        request.WriteTo(body.AsSpan(Prefix));
        using var call = new HttpRequestMessage(HttpMethod.Post, $"/temporal.api.workflowservice.v1.WorkflowService/{method}")
        {
            Content = new ByteArrayContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        call.Headers.TryAddWithoutValidation("te", "trailers");
        using var answer = await client.SendAsync(call);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        if (bytes.Length < Prefix)
        {
            throw new InvalidOperationException($"{method}: {answer.Headers} {answer.TrailingHeaders}");
        }

        var response = new TResponse();
        response.MergeFrom(bytes.AsSpan(Prefix));
        return response;
    }

    /// <summary>Starts a workflow whose tasks are answered by hand, if at all.</summary>
    public Task<StartWorkflowExecutionResponse> StartAsync(string workflowId, string taskQueue, bool eager = false) =>
        CallAsync<StartWorkflowExecutionResponse>("StartWorkflowExecution", new StartWorkflowExecutionRequest
        {
            Namespace = Namespace,
            WorkflowId = workflowId,
            WorkflowType = new() { Name = "by-hand" },
            TaskQueue = new() { Name = taskQueue },
            RequestId = Guid.NewGuid().ToString(),
            RequestEagerExecution = eager,
        });

    public void Dispose() => client.Dispose();
}
