using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace OrderOrchestration.Tests.Server.Requests.Mutations;

/// <summary>gRPC with whatever bytes: no client between that would refuse to send them.</summary>
internal sealed class GrpcWire(string targetHost) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient client = new()
    {
        BaseAddress = new Uri($"http://{targetHost}"),
        Timeout = Timeout,
    };

    /// <summary>Calls a method, which has half a second for its answer unless the headers say otherwise.</summary>
    /// <exception cref="TaskCanceledException">There was no answer at all.</exception>
    public async Task<Status> CallAsync(string service, string method, byte[] message, bool isCompressed = false, params (string Name, string Value)[] headers)
    {
        var body = new byte[5 + message.Length];
        body[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, 5);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{service}/{method}")
        {
            Content = new ByteArrayContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        foreach (var (name, value) in headers.Append(("te", "trailers")))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (!request.Headers.Contains("grpc-timeout"))
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", "500m");
        }

        using var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), $"{service}/{method}");
        return new Status((StatusCode)int.Parse(Value(response, "grpc-status") ?? "2", CultureInfo.InvariantCulture), Value(response, "grpc-message") ?? "");
    }

    public void Dispose() => client.Dispose();

    private static string? Value(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailing) || response.Headers.TryGetValues(name, out trailing) ? trailing.First() : null;
}
