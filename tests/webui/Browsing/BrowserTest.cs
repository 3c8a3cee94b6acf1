using EmbeddedTemporal;
using OrderOrchestration.Tests.WebUi.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>A server with a worker and the UI, and a fresh browser page on it.</summary>
public abstract class BrowserTest : PageTest
{
    private const string TaskQueue = "webui-tests";

    private EmbeddedTemporalServer server = null!;
    private TemporalWorker worker = null!;
    private CancellationTokenSource stopWorking = null!;
    private Task working = Task.CompletedTask;

    protected ITemporalClient Client { get; private set; } = null!;

    protected override Uri UiAddress => server.UiAddress!;

    [OneTimeSetUp]
    public async Task StartServerAsync()
    {
        server = await EmbeddedTemporalServer.StartAsync(new() { Port = 0, UiPort = 0, UiDirectory = WebUiSetUp.Folder, SearchAttributes = new Dictionary<string, IndexedValueType> { ["Customer"] = IndexedValueType.Keyword } });
        Client = await TemporalClient.ConnectAsync(new(server.TargetHost) { Identity = "a worker of the tests" });
        worker = new(
            Client,
            new TemporalWorkerOptions(TaskQueue) { WorkflowStackTrace = WorkflowStackTrace.Normal }
                .AddWorkflow<Parcel>().AddWorkflow<Purchase>().AddWorkflow<Payment>().AddActivity(Payment.Charge));
        stopWorking = new();
        working = worker.ExecuteAsync(stopWorking.Token);
    }

    [OneTimeTearDown]
    public async Task StopServerAsync()
    {
        if (worker is not null)
        {
            await stopWorking.CancelAsync();
            await Assert.ThatAsync(() => working, Throws.InstanceOf<OperationCanceledException>());
            worker.Dispose();
            stopWorking.Dispose();
        }

        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    protected Task<WorkflowHandle<Parcel, string>> StartParcelAsync(string id) =>
        Client.StartWorkflowAsync((Parcel parcel) => parcel.RunAsync("A lamp"), new(id, TaskQueue) { StaticSummary = "A lamp for *Kim*" });

    protected Task<WorkflowHandle<Purchase>> StartPurchaseAsync(string id) =>
        Client.StartWorkflowAsync((Purchase purchase) => purchase.RunAsync(id), new(id, TaskQueue));

    /// <summary>A result that does not come fails the test instead of blocking all of them.</summary>
    protected static Task<T> SoonAsync<T>(Task<T> result) => result.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Waits until the run's activity has failed and waits for its next attempt.</summary>
    protected async Task WaitForAttemptAsync(WorkflowHandle run, int attempt)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        while (!await HasAttemptAsync(run, attempt))
        {
            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    private static async Task<bool> HasAttemptAsync(WorkflowHandle run, int attempt)
    {
        try
        {
            var description = await run.Client.WorkflowService.DescribeWorkflowExecutionAsync(new()
            {
                Namespace = run.Client.Options.Namespace,
                Execution = new() { WorkflowId = run.Id },
            });
            return description.PendingActivities.Any(activity => activity.Attempt == attempt);
        }
        catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }
}
