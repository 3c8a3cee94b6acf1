using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using OrderOrchestration.Tests.Server.Requests.Mutations;
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
    [Test]
    public async Task The_sdk_that_compresses_by_default_sends_its_calls_uncompressed()
    {
        await using var server = await TestServer.StartAsync();
        await using var wire = new RecordingProxy(server.Server.TargetHost);
        var options = new TemporalClientConnectOptions(wire.TargetHost);
        Assert.That(options.GrpcCompression, Is.TypeOf<GrpcCompression.Gzip>());
        var client = await TemporalClient.ConnectAsync(options);
        await client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
        Assert.That(client.Connection.IsConnected);

        // It asked once, compressed, connected again, and asked and started uncompressed.
        Assert.That(wire.Messages, Is.EqualTo(new[] { "compressed", "plain", "plain" }));
    }

    [TestCase("temporal-dotnet", "1.21.1", StatusCode.Unimplemented)]
    [TestCase("temporal-dotnet", "1.17.0", StatusCode.Unimplemented)]
    [TestCase("temporal-dotnet", "1.16.0", StatusCode.OK)]
    [TestCase("temporal-dotnet", "", StatusCode.OK)]
    [TestCase("temporal-java", "1.36.0", StatusCode.OK)]
    [TestCase("", "", StatusCode.OK)]
    public async Task Only_a_client_that_can_go_on_without_is_told_to(string name, string version, StatusCode status)
    {
        await using var server = await TestServer.StartAsync();
        Assert.That(await CallCompressedAsync(server, "GetSystemInfo", new GetSystemInfoRequest(), name, version), Is.EqualTo(status));
    }

    [Test]
    public async Task A_compressed_call_is_taken_from_anybody()
    {
        await using var server = await TestServer.StartAsync();
        var call = new DescribeNamespaceRequest { Namespace = "default" };
        Assert.That(await CallCompressedAsync(server, "DescribeNamespace", call, "temporal-dotnet", "1.21.1"), Is.EqualTo(StatusCode.OK));
    }

    private static async Task<StatusCode> CallCompressedAsync(TestServer server, string method, IMessage message, string clientName, string clientVersion)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            message.WriteTo(gzip);
            await gzip.FlushAsync();
        }

        using var wire = new GrpcWire(server.Server.TargetHost);
        var status = await wire.CallAsync(
            "temporal.api.workflowservice.v1.WorkflowService",
            method,
            packed.ToArray(),
            isCompressed: true,
            ("grpc-encoding", "gzip"),
            ("grpc-timeout", "20S"),
            ("client-name", clientName),
            ("client-version", clientVersion));
        return status.StatusCode;
    }
}
