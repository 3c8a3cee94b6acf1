using System.Net;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Deployments;
using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.Frontend.Transport;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.Attributes;
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
/// A Temporal server in this process: it serves Temporal's gRPC protocol on a loopback port, persists its state in a SQLite file or in memory, and
/// can skip time. Several instances can run in one process. For development and tests; production needs a real cluster.
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

    /// <summary>Gets the address of the Web UI and of the HTTP calls it makes; null when it is not enabled.</summary>
    public Uri? UiAddress { get; }

    /// <summary>Gets the address of the HTTP/JSON API; null when it is not enabled.</summary>
    public Uri? HttpAddress { get; }

    /// <summary>Gets the server's time (UTC): wall time plus the skipped time.</summary>
    public DateTimeOffset CurrentTime => new(clock.UtcNow, TimeSpan.Zero);

    /// <summary>Gets the server's time for an application beside it; timers and delays of that clock stay real.</summary>
    public TimeProvider TimeProvider => new SkippedTimeProvider(clock);

    /// <summary>Gets the handler of the WorkflowService calls.</summary>
    internal WorkflowServiceHandler WorkflowService { get; }

    /// <summary>Starts a server; completes once it accepts calls and all pending work of its database is resumed.</summary>
    /// <exception cref="StoreException">The database file cannot be opened; the message names it.</exception>
    /// <exception cref="IOException">The port is in use.</exception>
    public static Task<EmbeddedTemporalServer> StartAsync(EmbeddedTemporalOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options, options.DatabaseFile is { } file ? SqliteStore.Open(file) : new InMemoryStore(), cancellationToken);

    /// <summary>Starts a server on a store, which the server then owns and disposes.</summary>
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

            // Before any task is dispatched: routing and rate limits have to be in place.
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

    /// <summary>Adds a time-skipping lock; time does not skip until <see cref="UnlockTimeSkipping"/> was called equally often.</summary>
    public void LockTimeSkipping() => clock.Lock();

    /// <summary>Releases one time-skipping lock; time skips while there are no locks and no task is in progress.</summary>
    public void UnlockTimeSkipping() => clock.Unlock();

    /// <summary>Waits for a span of server time, which is skipped while no task is in progress.</summary>
    public Task SkipAsync(TimeSpan span) => clock.SkipUntilAsync(clock.UtcNow + span);

    /// <summary>Completes when the host shuts down.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Stops accepting calls, aborts the long polls, and closes the database.</summary>
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

    /// <summary>Deletes what is past its retention by wall time, so that a test that skips a month can still read its runs.</summary>
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

    /// <summary>Builds the host of the Web UI with the calls it makes, or of the JSON API; null when no port is configured.</summary>
    private static WebApplication? BuildHttpHost(EmbeddedTemporalOptions options, int? configuredPort, InProcessFrontend frontend, bool webUi)
    {
        if (configuredPort is not { } port)
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

        // There are few connections with much traffic each: allocating the buffer at once saves a zero-byte read per receive.
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
