using EmbeddedTemporal;
using EmbeddedTemporal.Persistence;

const int Failed = 1;

// Socket completions run on the epoll thread instead of the thread pool. Kestrel dispatches what was read to the pool, so no handler runs on that thread.
// The variable has to be set before the first socket is used.
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
