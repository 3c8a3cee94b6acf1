namespace OrderOrchestration.DevHost.WebUi;

/// <summary>Has the Web UI made while the host is already at work, and hands it over when it is there.</summary>
/// <param name="serve">Takes the folder of the finished UI; called at most once, from another thread than the one that starts the host.</param>
public sealed class WebUiService(WebUiBuilder builder, Action<string> serve) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await builder.BuildAsync(stoppingToken) is { } directory)
        {
            serve(directory);
        }
    }
}
