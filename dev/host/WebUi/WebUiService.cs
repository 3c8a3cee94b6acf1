namespace OrderOrchestration.DevHost.WebUi;

/// <summary>Builds the Web UI in the background while the host runs.</summary>
public sealed class WebUiService(WebUiBuilder builder) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => builder.BuildAsync(stoppingToken);
}
