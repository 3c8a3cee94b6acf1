namespace OrderOrchestration.DevHost.WebUi;

/// <summary>Has the Web UI made while the host is already at work.</summary>
public sealed class WebUiService(WebUiBuilder builder) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => builder.BuildAsync(stoppingToken);
}
