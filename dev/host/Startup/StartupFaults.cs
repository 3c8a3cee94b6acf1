namespace OrderOrchestration.DevHost.Startup;

/// <summary>Converts a start-up failure of a part to a <see cref="StartupException"/> that names the part.</summary>
internal static class StartupFaults
{
    public static async Task<T> ExplainAsync<T>(string part, Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (Exception error) when (error is not (OperationCanceledException or StartupException))
        {
            throw new StartupException($"{part}: {error.GetBaseException().Message}");
        }
    }
}
