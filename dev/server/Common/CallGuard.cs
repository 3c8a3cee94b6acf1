using EmbeddedTemporal.Persistence;
using Grpc.Core;

namespace EmbeddedTemporal.Common;

/// <summary>Turns whatever a handler throws into an error that clients understand.</summary>
internal static class CallGuard
{
    /// <summary>Runs what nobody waits for; a fault in it is reported instead of lost.</summary>
    public static async Task RunInBackgroundAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // The last resort: there is nobody to throw to.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Report(what, failure);
        }
    }

    public static async Task<T> RunAsync<T>(string method, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException refused) when (ServiceErrors.IsTooLong(refused))
        {
            throw ServiceErrors.Of(refused.StatusCode, refused.Status.Detail);
        }
        catch (RpcException)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            throw ServiceErrors.Of(StatusCode.Cancelled, "context canceled");
        }
        catch (StoreException failure)
        {
            throw ServiceErrors.Unavailable(failure.Message);
        }
#pragma warning disable CA1031 // The last resort: a fault in one call must not end the server.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Report(method, failure);
            throw ServiceErrors.Of(StatusCode.Internal, failure.Message);
        }
    }

    /// <summary>Errors that nobody expected are faults of this server: they go to standard error, whatever program it runs in.</summary>
    private static void Report(string what, Exception failure) => Console.Error.WriteLine($"{what}: {failure}");
}
