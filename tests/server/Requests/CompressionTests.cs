using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Server.Requests;

/// <summary>Calls on one machine are not compressed where the client can do without, and taken where it cannot.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class CompressionTests
{
    private const string Ok = "0";
    private const string Unimplemented = "12";

    [Test]
    public async Task The_sdk_that_compresses_by_default_sends_its_calls_uncompressed()
    {
        await using var server = await TestServer.StartAsync();
        await using var wire = new Wiretap(server.Server.TargetHost);
        var options = new TemporalClientConnectOptions(wire.TargetHost);
        Assert.That(options.GrpcCompression, Is.TypeOf<GrpcCompression.Gzip>());
        var client = await TemporalClient.ConnectAsync(options);
        await client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        Assert.That(client.Connection.IsConnected);

        // It asked once, compressed, connected again, and asked and started uncompressed.
        Assert.That(wire.Messages, Is.EqualTo(new[] { "compressed", "plain", "plain" }));
    }

    [TestCase("temporal-dotnet", "1.21.1", Unimplemented)]
    [TestCase("temporal-dotnet", "1.17.0", Unimplemented)]
    [TestCase("temporal-dotnet", "1.16.0", Ok)]
    [TestCase("temporal-dotnet", "", Ok)]
    [TestCase("temporal-java", "1.36.0", Ok)]
    [TestCase("", "", Ok)]
    public async Task Only_a_client_that_can_go_on_without_is_told_to(string name, string version, string status)
    {
        await using var server = await TestServer.StartAsync();
        Assert.That(await CallCompressedAsync(server, "GetSystemInfo", new GetSystemInfoRequest(), name, version), Is.EqualTo(status));
    }

    [Test]
    public async Task A_compressed_call_is_taken_from_anybody()
    {
        await using var server = await TestServer.StartAsync();
        var call = new DescribeNamespaceRequest { Namespace = "default" };
        Assert.That(await CallCompressedAsync(server, "DescribeNamespace", call, "temporal-dotnet", "1.21.1"), Is.EqualTo(Ok));
    }

    /// <summary>Answers the call's gRPC status.</summary>
    private static async Task<string> CallCompressedAsync(TestServer server, string method, IMessage message, string clientName, string clientVersion)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            message.WriteTo(gzip);
            await gzip.FlushAsync();
        }

        var body = new byte[5 + packed.Length];
        body[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), (int)packed.Length);
        packed.ToArray().CopyTo(body, 5);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server.Server.TargetHost}/temporal.api.workflowservice.v1.WorkflowService/{method}")
        {
            Content = new ByteArrayContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        foreach (var (key, value) in new[] { ("te", "trailers"), ("grpc-encoding", "gzip"), ("client-name", clientName), ("client-version", clientVersion) })
        {
            request.Headers.TryAddWithoutValidation(key, value);
        }

        using var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return response.TrailingHeaders.TryGetValues("grpc-status", out var status) || response.Headers.TryGetValues("grpc-status", out status) ? status.Single() : "none";
    }
}
