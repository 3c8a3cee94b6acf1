namespace OrderOrchestration.DevHost.Startup;

/// <summary>Turns what keeps a part from starting into one line that names the part.</summary>
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
