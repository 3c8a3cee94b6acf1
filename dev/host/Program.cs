using OrderOrchestration.DevHost;
using OrderOrchestration.DevHost.Startup;

try
{
    await using var host = await DevHostApplication.StartAsync(args, Console.Out.WriteLineAsync, CancellationToken.None);
    await host.RunUntilStoppedAsync();
    return 0;
}
catch (StartupException error)
{
    await Console.Error.WriteLineAsync($"cannot start: {error.Message}");
    return 1;
}
