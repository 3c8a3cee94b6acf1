using EmbeddedTemporal;
using EmbeddedTemporal.Persistence;

const int Failed = 1;

// The thread that hears of a socket's data reads it too; Kestrel hands what was read to the pool, so nothing of ours runs there. Set before anything uses a socket.
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
