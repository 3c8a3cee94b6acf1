using EmbeddedTemporal.Persistence;
using Grpc.Core;

namespace EmbeddedTemporal.Common;

/// <summary>Maps the exceptions of a handler to gRPC errors.</summary>
internal static class CallGuard
{
    /// <summary>Runs work that is not awaited, and reports its exceptions to standard error.</summary>
    public static async Task RunInBackgroundAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // No caller awaits this task, so the exception has to be reported here.
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
#pragma warning disable CA1031 // A fault in one call must not end the server.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Report(method, failure);
            throw ServiceErrors.Of(StatusCode.Internal, failure.Message);
        }
    }

    /// <summary>Writes an unexpected exception, which is a fault of this server, to standard error.</summary>
    private static void Report(string what, Exception failure) => Console.Error.WriteLine($"{what}: {failure}");
}
