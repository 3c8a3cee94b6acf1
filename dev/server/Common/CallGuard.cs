using EmbeddedTemporal.Persistence;
using Grpc.Core;

namespace EmbeddedTemporal.Common;

/// <summary>Turns whatever a handler throws into an error that clients understand.</summary>
internal static class CallGuard
{
    /// <summary>Gets or sets where errors that nobody expected are told; they are faults of this server.</summary>
    public static Action<string, Exception> OnUnexpected { get; set; } = static (method, failure) => Console.Error.WriteLine($"{method}: {failure}");

    /// <summary>Runs what nobody waits for; a fault in it is told instead of lost.</summary>
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
            OnUnexpected(what, failure);
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
            OnUnexpected(method, failure);
            throw ServiceErrors.Of(StatusCode.Internal, failure.Message);
        }
    }
}
