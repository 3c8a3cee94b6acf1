using EmbeddedTemporal;
using EmbeddedTemporal.Persistence;

const int Failed = 1;

// Sockets are read by the thread that hears of their data, before anything uses one. Kestrel hands what it has read to the pool, so nothing of ours runs there.
const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
Environment.SetEnvironmentVariable(InlineCompletions, Environment.GetEnvironmentVariable(InlineCompletions) ?? "1");
try
{
    var options = CommandLine.Parse(args);
    await using var server = await EmbeddedTemporalServer.StartAsync(options);
    Console.WriteLine($"Temporal server: {server.TargetHost}");
    await server.WaitForShutdownAsync();
    return 0;
}
catch (Exception failure) when (failure is StoreException or FormatException)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return Failed;
}
catch (IOException failure)
{
    await Console.Error.WriteLineAsync($"Cannot listen: {failure.Message}");
    return Failed;
}
