using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using EmbeddedTemporal;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Api;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Codec;
using OrderOrchestration.DevHost.Dashboard;
using OrderOrchestration.DevHost.Demo;
using OrderOrchestration.DevHost.Startup;
using OrderOrchestration.DevHost.WebUi;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.ServiceDefaults.Management;
using OrderOrchestration.Worker;
using Temporalio.Client;

namespace OrderOrchestration.DevHost;

/// <summary>
/// Runs the whole system in one process on loopback: the Temporal server (or the cluster named by <c>TEMPORAL_ADDRESS</c>), the simulated teams that have no
/// configured address, worker and API. Parts start in the order of their dependencies and stop in reverse order.
/// </summary>
public sealed class DevHostApplication : IAsyncDisposable
{
    private const string DefaultAddress = "http://127.0.0.1:8080";
    private const string ExporterEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly Stack<IAsyncDisposable> parts = new();
    private readonly Func<string, Task> print;
    private Uri? dashboardPage;

    private DevHostApplication(Func<string, Task> print) => this.print = print;

    /// <summary>The addresses of the running parts.</summary>
    public DevEndpoints Endpoints { get; private set; } = null!;

    private WebApplication App { get; set; } = null!;

    /// <summary>Starts every part; the API answers when this returns. <paramref name="print"/> takes a line for the person at the terminal.</summary>
    /// <exception cref="StartupException">A port is taken, the data directory cannot be written, or the named Temporal cluster does not answer.</exception>
    public static async Task<DevHostApplication> StartAsync(string[] args, Func<string, Task> print, CancellationToken cancellationToken)
    {
        var host = new DevHostApplication(print);
        try
        {
            await host.StartPartsAsync(args, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the demonstration order if <c>Demo:Enabled</c> is set, and waits until Ctrl-C or SIGTERM.</summary>
    public async Task RunUntilStoppedAsync()
    {
        var stopping = App.Lifetime.ApplicationStopping;
        var demo = App.Configuration.GetValue("Demo:Enabled", true) ? PlayDemoAsync(stopping) : Task.CompletedTask;
        await App.WaitForShutdownAsync(CancellationToken.None);
        await demo;
    }

    public async ValueTask DisposeAsync()
    {
        while (parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The directory is disposed with the other parts.")]
    private async Task StartPartsAsync(string[] args, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (!builder.Configuration.GetSection("Logging").Exists())
        {
            // The terminal shows the progress of orders; information logged by the hosts would obscure it.
            builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter(typeof(DevHostApplication).Namespace, LogLevel.Information);
        }

        var directory = DataDirectory.Open(builder.Configuration["Data:Directory"] ?? DataDirectory.Default);
        builder.Configuration["Data:Directory"] = directory.Path;
        parts.Push(directory);
        DevEndpoints.Remove(directory);

        var embedded = builder.Configuration.GetSection(EmbeddedOptions.Section).Get<EmbeddedOptions>() ?? new();
        var temporalUi = await StartTemporalAsync(builder, embedded, directory, cancellationToken);
        var partners = await StartPartnersAsync(builder.Configuration, embedded.Partners, directory, cancellationToken);
        await StartDashboardAsync(builder.Configuration, embedded.Dashboard, directory, cancellationToken);
        if (!embedded.Privacy.Enabled)
        {
            builder.Services.AddSingleton<PersonalDataInClear>();
        }

        await StartApiAndWorkerAsync(builder, temporalUi, cancellationToken);
        partners?.SetOrderApi(App.Urls.First());

        Endpoints = new(
            new Uri(App.Urls.First()),
            OrderTemporalConnection.LoadOptions(builder.Configuration).TargetHost!,
            temporalUi,
            partners is null ? null : new Uri(partners.Address));
        Endpoints.WriteTo(directory);
        await PrintAsync(directory);
    }

    private async Task<Uri?> StartTemporalAsync(
        WebApplicationBuilder builder, EmbeddedOptions embedded, DataDirectory directory, CancellationToken cancellationToken)
    {
        var configuration = builder.Configuration;
        if (!string.IsNullOrEmpty(configuration["TEMPORAL_ADDRESS"]))
        {
            await EnsureTemporalAnswersAsync(configuration, cancellationToken);
            return null;
        }

        var ports = embedded.Temporal;
        var options = new EmbeddedTemporalOptions
        {
            Port = ports.Port,
            UiPort = ports.UiPort,
            UiDirectory = embedded.WebUi.Enabled ? builder.Services.AddWebUi() : null,
            DatabaseFile = directory.File("temporal.db"),
            CodecEndpoint = () => Endpoints is { } running ? new Uri(running.Api, DevelopmentCodec.Path) : null,
        };
        var server = await StartupFaults.ExplainAsync(
            $"the Temporal server on ports {ports.Port} (Embedded:Temporal:Port) and {ports.UiPort} (Embedded:Temporal:UiPort)",
            () => EmbeddedTemporalServer.StartAsync(options, cancellationToken));
        parts.Push(server);
        configuration["TEMPORAL_ADDRESS"] = server.TargetHost;
        return server.UiAddress;
    }

    private static async Task EnsureTemporalAnswersAsync(ConfigurationManager configuration, CancellationToken cancellationToken)
    {
        var options = OrderTemporalConnection.LoadOptions(configuration);
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(TimeSpan.FromSeconds(10));
            await TemporalClient.ConnectAsync(options).WaitAsync(timeout.Token);
        }
        catch (Exception error) when (error is InvalidOperationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new StartupException($"no Temporal cluster answers at TEMPORAL_ADDRESS {options.TargetHost}");
        }
    }

    /// <summary>Starts a server that simulates every team without a configured address; <c>null</c> where all teams have one.</summary>
    private async Task<PartnersServer?> StartPartnersAsync(
        ConfigurationManager configuration,
        EmbeddedOptions.PartnersPort ports,
        DataDirectory directory,
        CancellationToken cancellationToken)
    {
        var played = TeamNames.All.Where(team => string.IsNullOrEmpty(configuration[$"Partners:{team}:BaseUrl"])).ToList();
        if (played.Count == 0)
        {
            return null;
        }

        var secrets = played
            .Where(team => configuration[$"Partners:{team}:WebhookSecret"] is not null)
            .ToDictionary(team => team, team => configuration[$"Partners:{team}:WebhookSecret"]!);
        var partners = await StartupFaults.ExplainAsync(
            $"the other teams on port {ports.Port} (Embedded:Partners:Port)",
            () => PartnersServer.StartAsync(
                new PartnersOptions
                {
                    Port = ports.Port,
                    StateFile = directory.File("partners.db"),
                    StateKey = directory.Secret("partners.key"),
                    WebhookSecrets = secrets,
                },
                cancellationToken));
        parts.Push(partners);
        foreach (var team in played)
        {
            configuration[$"Partners:{team}:BaseUrl"] = partners.BaseUrl(team);
            configuration[$"Partners:{team}:WebhookSecret"] = partners.WebhookSecret(team);
        }

        return partners;
    }

    /// <summary>Starts the dashboard where it is enabled and no other OTLP endpoint is configured. The host starts also if the dashboard is not available.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The dashboard is disposed with the other parts.")]
    private async Task StartDashboardAsync(
        ConfigurationManager configuration, EmbeddedOptions.TelemetryPage wanted, DataDirectory directory, CancellationToken cancellationToken)
    {
        if (!wanted.Enabled || !string.IsNullOrEmpty(configuration[ExporterEndpoint]))
        {
            return;
        }

        var (program, missing) = await new DashboardPackage(new ProcessRunner()).FindAsync(directory.File("dashboard"), cancellationToken);
        if (program is null)
        {
            await print($"Dashboard       not to be had ({missing}); set {ExporterEndpoint} to a receiver of yours");
            return;
        }

        var dashboard = await TelemetryDashboard.StartAsync(program, wanted.Port, cancellationToken);
        parts.Push(dashboard);
        configuration[ExporterEndpoint] = dashboard.Receiver.ToString();
        dashboardPage = dashboard.Page;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The application is disposed with the other parts.")]
    private async Task StartApiAndWorkerAsync(WebApplicationBuilder builder, Uri? webUi, CancellationToken cancellationToken)
    {
        if (builder.Configuration["Urls"] is null)
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        // A start-up failure is reported in one line by StartupFaults, so the host's own log entries are suppressed until it has started.
        var isUp = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => isUp && level >= LogLevel.Warning);

        // Health and metrics are served on the API's address only (contract §5).
        builder.Configuration[ManagementAddress.Setting] = null;
        builder.Configuration[OrderStoreServices.UpgradesItself] = "true";
        var signingKey = RandomNumberGenerator.GetBytes(32);
        builder.AddOrderApi(options => options.DevelopmentSigningKey = signingKey);
        builder.Services.AddOrderWorker(builder.Configuration);
        App = builder.Build();
        parts.Push(new RunningApp(App));
        App.MapOrderApi();
        App.MapDevelopmentTokens(signingKey);
        if (webUi is not null)
        {
            App.MapDevelopmentCodec(webUi);
        }

        await StartupFaults.ExplainAsync(
            $"the order API on {App.Configuration["Urls"] ?? DefaultAddress} (Urls)",
            async () =>
            {
                await App.StartAsync(cancellationToken);
                return isUp = true;
            });
    }

    /// <summary>Stops the application before it is disposed, so that the worker's running activities can complete.</summary>
    private sealed class RunningApp(WebApplication app) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    private async Task PrintAsync(DataDirectory directory)
    {
        await print($"Order API       {Endpoints.Api}   documentation at {new Uri(Endpoints.Api, "docs")}");
        await print($"Temporal        {Endpoints.Temporal}{(Endpoints.TemporalUi is { } ui ? $"   Web UI at {ui}" : string.Empty)}");
        await print($"Other teams     {Endpoints.Partners?.ToString() ?? "as configured"}");
        if (dashboardPage is not null)
        {
            await print($"Traces          {dashboardPage}");
        }

        await print($"Data            {directory.Path}");
        using var api = new DemoApi(Endpoints.Api);
        await print($"Customer token  {await api.CreateTokenAsync("m-1", "customer", CancellationToken.None)}");
        await print(string.Empty);
    }

    private async Task PlayDemoAsync(CancellationToken stopping)
    {
        try
        {
            using var api = new DemoApi(Endpoints.Api);
            await new DemoPlayer(api, print).PlayAsync(stopping);
            await print("Ctrl-C stops everything; the next start goes on with every order.");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops during the demonstration. The order continues at the next start.
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException or KeyNotFoundException)
        {
            await print($"the demonstration could not go on: {error.Message}");
        }
    }
}
