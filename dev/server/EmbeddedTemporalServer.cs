using System.Net;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Deployments;
using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.History;
using EmbeddedTemporal.HttpApi;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Namespaces;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Schedules;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Visibility;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EmbeddedTemporal;

/// <summary>
/// A Temporal server in this process: speaks Temporal's gRPC protocol on a loopback port, keeps its state in a SQLite file or in memory, and
/// can skip time. Any number of them run side by side. For development and tests; production runs on a real cluster.
/// </summary>
public sealed class EmbeddedTemporalServer : IAsyncDisposable
{
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(1);

    private readonly WebApplication app;
    private readonly WebApplication? uiApp;
    private readonly WebApplication? httpApp;
    private readonly IWorkflowStore store;
    private readonly VirtualClock clock;
    private readonly SchedulerService schedules;
    private readonly Timer retention;

    private EmbeddedTemporalServer(
        WebApplication app,
        WebApplication? uiApp,
        WebApplication? httpApp,
        IWorkflowStore store,
        VirtualClock clock,
        WorkflowServiceHandler workflowService,
        SchedulerService schedules)
    {
        this.schedules = schedules;
        this.httpApp = httpApp;
        this.app = app;
        this.uiApp = uiApp;
        this.store = store;
        this.clock = clock;
        WorkflowService = workflowService;
        retention = new Timer(_ => RemoveExpired(), null, RetentionInterval, RetentionInterval);
        TargetHost = new Uri(app.Urls.First()).Authority;
        UiAddress = AddressOf(uiApp);
        HttpAddress = AddressOf(httpApp);
    }

    /// <summary>Gets the address for clients: host and port.</summary>
    public string TargetHost { get; }

    /// <summary>Gets the address of the Web UI and the calls it makes; null when the server has none.</summary>
    public Uri? UiAddress { get; }

    /// <summary>Gets the address of the HTTP/JSON API; null when the server has none.</summary>
    public Uri? HttpAddress { get; }

    /// <summary>Gets the server's time (UTC): the wall's plus what was skipped.</summary>
    public DateTimeOffset CurrentTime => new(clock.UtcNow, TimeSpan.Zero);

    /// <summary>Gets the handler of WorkflowService's calls.</summary>
    internal WorkflowServiceHandler WorkflowService { get; }

    /// <summary>Starts a server and answers it once it takes calls and has taken up everything its database had pending.</summary>
    /// <exception cref="StoreException">The database file cannot be opened; the message names it.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static Task<EmbeddedTemporalServer> StartAsync(EmbeddedTemporalOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options, options.DatabaseFile is { } file ? SqliteStore.Open(file) : new InMemoryStore(), cancellationToken);

    /// <summary>Starts a server on a store, which becomes its own.</summary>
    internal static async Task<EmbeddedTemporalServer> StartAsync(EmbeddedTemporalOptions options, IWorkflowStore store, CancellationToken cancellationToken = default)
    {
        var clock = new VirtualClock(options.TimeSkipping);
        try
        {
            var searchAttributes = LoadSearchAttributes(store);
            var namespaces = await LoadNamespacesAsync(store, options, searchAttributes);
            var visibility = LoadVisibility(store, searchAttributes);
            var queues = new TaskQueues(options.Limits.Fairness);
            var queueConfigs = new TaskQueueConfigs(store, clock, queues);
            var deployments = new WorkerDeployments(
                store, clock, queues, options.Limits.Deployments, (name, version) => visibility.Count(name, VersionAttributes.PinnedAndRunning(version)).Count);

            // Before any task is given out.
            queueConfigs.Load();
            deployments.Load();
            var engine = new HistoryEngine(store, clock, queues, state =>
            {
                var info = ExecutionDescription.InfoOf(state);
                info.SearchAttributes = searchAttributes.Normalize(state.Key.Namespace, info.SearchAttributes);
                visibility.Upsert(new VisibilityRecord(state.Key.Namespace, info));
            })
            {
                Limits = options.Limits,
                Residents = new ResidentRuns(options.StatesInMemory),
            };
            engine.Transfers.RequireNamespace = name => namespaces.Require(name);
            engine.RetentionOf = name => namespaces.Require(name).Retention;
            engine.IsDrained = deployments.IsDrained;
            await engine.ResumeAsync();
            var workflowService = new WorkflowServiceHandler(engine, namespaces, visibility, searchAttributes)
            {
                Deployments = deployments,
                QueueConfigs = queueConfigs,
                VersionSets = new VersionSets(store),
            };
            var operatorService = new OperatorServiceHandler(namespaces, searchAttributes);
            var schedules = new SchedulerService(
                new ScheduleHost(clock, store, visibility, new EngineWorkflows(workflowService)), namespaces, searchAttributes);
            workflowService.Schedules = schedules;
            await schedules.ResumeAsync();
            workflowService.ResumeBatches();
            var app = BuildHost(options, workflowService, operatorService, new TestServiceHandler(clock));
            var frontend = new InProcessFrontend(workflowService, operatorService);
            var uiApp = BuildHttpHost(options, options.UiPort, frontend, webUi: true);
            var httpApp = BuildHttpHost(options, options.HttpPort, frontend, webUi: false);
            await app.StartAsync(cancellationToken);
            await (uiApp?.StartAsync(cancellationToken) ?? Task.CompletedTask);
            await (httpApp?.StartAsync(cancellationToken) ?? Task.CompletedTask);
            return new EmbeddedTemporalServer(app, uiApp, httpApp, store, clock, workflowService, schedules);
        }
        catch
        {
            clock.Dispose();
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Keeps time from skipping until <see cref="UnlockTimeSkipping"/> was called as often.</summary>
    public void LockTimeSkipping() => clock.Lock();

    /// <summary>Gives back one lock; time skips while there is none and nobody is at work.</summary>
    public void UnlockTimeSkipping() => clock.Unlock();

    /// <summary>Lets the given span pass, skipping what nobody works in.</summary>
    public Task SkipAsync(TimeSpan span) => clock.SkipUntilAsync(clock.UtcNow + span);

    /// <summary>Completes when the server was told to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Stops taking calls, ends those that wait, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(250));
        foreach (var host in new[] { app, uiApp, httpApp }.OfType<WebApplication>())
        {
            await host.StopAsync(timeout.Token);
            await host.DisposeAsync();
        }

        await retention.DisposeAsync();
        schedules.Dispose();
        WorkflowService.Dispose();
        clock.Dispose();
        await store.DisposeAsync();
    }

    /// <summary>By the wall: a test that skips a month still reads what it ran.</summary>
    private void RemoveExpired() =>
        _ = CallGuard.RunInBackgroundAsync(nameof(RemoveExpired), () => WorkflowService.RemoveExpiredAsync(DateTime.UtcNow));

    private static SearchAttributeRegistry LoadSearchAttributes(IWorkflowStore store)
    {
        var registry = new SearchAttributeRegistry((namespaceName, attributes) =>
        {
            var commit = new StoreCommit();
            commit.Documents.Add(VisibilityDocuments.WriteAttributes(namespaceName, attributes));
            store.CommitAsync(commit).GetAwaiter().GetResult();
        });
        foreach (var (namespaceName, attributes) in VisibilityDocuments.ReadAttributes(store))
        {
            registry.Load(namespaceName, attributes);
        }

        return registry;
    }

    private static async Task<NamespaceRegistry> LoadNamespacesAsync(IWorkflowStore store, EmbeddedTemporalOptions options, SearchAttributeRegistry searchAttributes)
    {
        var namespaces = new NamespaceRegistry(store);
        foreach (var name in options.Namespaces)
        {
            if (!namespaces.Exists(name))
            {
                await namespaces.RegisterAsync(NamespaceRecord.Create(name, "", "", options.Retention));
            }

            if (options.SearchAttributes.Count > 0)
            {
                searchAttributes.Add(name, options.SearchAttributes);
            }
        }

        return namespaces;
    }

    private static VisibilityStore LoadVisibility(IWorkflowStore store, SearchAttributeRegistry searchAttributes)
    {
        var visibility = new VisibilityStore(searchAttributes);
        foreach (var record in VisibilityDocuments.ReadClosedRuns(store))
        {
            record.Info.SearchAttributes = searchAttributes.Normalize(record.Namespace, record.Info.SearchAttributes);
            visibility.Upsert(record);
        }

        return visibility;
    }

    private static Uri? AddressOf(WebApplication? host) => host is null ? null : new Uri(host.Urls.First());

    /// <summary>The Web UI with the calls it makes, or the JSON API for everybody else, each on a port of its own.</summary>
    private static WebApplication? BuildHttpHost(EmbeddedTemporalOptions options, int? asked, InProcessFrontend frontend, bool webUi)
    {
        if (asked is not { } port)
        {
            return null;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(options.Ip), port));
        builder.Services.AddRouting();
        var app = builder.Build();
        app.UseTemporalHttpApi(
            frontend.CallAsync,
            new HttpApiOptions
            {
                WebUi = webUi,
                WebUiFolder = options.UiDirectory,
                DefaultNamespace = options.Namespaces.Count > 0 ? options.Namespaces[0] : "default",
                CodecEndpoint = options.CodecEndpoint,
            });
        return app;
    }

    private static WebApplication BuildHost(EmbeddedTemporalOptions options, WorkflowServiceHandler workflowService, OperatorServiceHandler operatorService, TestServiceHandler testService)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Parse(options.Ip), options.Port, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 100_000;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 8 << 20;
            kestrel.Limits.Http2.InitialStreamWindowSize = 2 << 20;
        });

        // Few connections with much on each: a buffer at hand saves asking the socket twice.
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.WaitForDataBeforeAllocatingBuffer = false);
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.Limits.RequestBytes;
            grpc.MaxSendMessageSize = 64 << 20;
        });
        var app = builder.Build();
        app.UseCallsByPath();
        app.MapGrpcService(_ => ServiceBinder.Bind(ServiceNames.Workflow, workflowService)).RefuseNeedlessCompression();
        app.MapGrpcService(_ => ServiceBinder.Bind(ServiceNames.Operator, operatorService));
        app.MapGrpcService(_ => ServiceBinder.Bind(ServiceNames.Test, testService));
        app.MapGrpcService(_ => HealthService.Bind());
        return app;
    }
}
