using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrderOrchestration.ServiceDefaults.Management;

/// <summary>
/// Serves health and metrics on an address of their own. It is there before anything else of the program starts and until all of it has stopped, so that
/// a program that waits for its database, or lets its work come to an end, can be looked at.
/// </summary>
internal sealed partial class ManagementServer(
    ManagementAddress address, IServiceProvider program, ILogger<ManagementServer> logger) : IHostedLifecycleService, IAsyncDisposable
{
    private WebApplication? app;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!address.IsOwn)
        {
            return;
        }

        // Nothing of the program's own configuration of servers applies here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddAuthorization();
        app = builder.Build();
        app.Urls.Add(address.Url!);
        app.MapManagement(program);
        await app.StartAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (app is not null)
        {
            LogServing(string.Join(", ", app.Urls));
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    [LoggerMessage(LogLevel.Information, "health and metrics on {Addresses}")]
    private partial void LogServing(string addresses);
}
