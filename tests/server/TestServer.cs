using EmbeddedTemporal;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Server;

/// <summary>A server of its own for one test, with a client, and workers on demand.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private TestServer(EmbeddedTemporalServer server, TemporalClient client)
    {
        Server = server;
        Client = client;
    }

    public EmbeddedTemporalServer Server { get; }

    public TemporalClient Client { get; }

    /// <summary>Gets the task queue that this server's workers listen on.</summary>
    public string TaskQueue { get; } = $"queue-{Guid.NewGuid()}";

    public static async Task<TestServer> StartAsync(EmbeddedTemporalOptions? options = null)
    {
        var server = await EmbeddedTemporalServer.StartAsync(options ?? new EmbeddedTemporalOptions());
        return new TestServer(server, await TemporalClient.ConnectAsync(new(server.TargetHost)));
    }

    /// <summary>Runs the body while a worker works.</summary>
    public async Task WithWorkerAsync(Action<TemporalWorkerOptions> configure, Func<Task> body)
    {
        var options = new TemporalWorkerOptions(TaskQueue);
        configure(options);
        using var worker = new TemporalWorker(Client, options);
        await worker.ExecuteAsync(body);
    }

    public WorkflowOptions NewWorkflow(Action<WorkflowOptions>? amend = null)
    {
        var options = new WorkflowOptions($"workflow-{Guid.NewGuid()}", TaskQueue);
        amend?.Invoke(options);
        return options;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
