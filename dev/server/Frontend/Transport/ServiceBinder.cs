using System.Reflection;
using EmbeddedTemporal.Common;
using Google.Protobuf;
using Grpc.Core;

namespace EmbeddedTemporal.Frontend.Transport;

/// <summary>
/// Serves every method <c>Task&lt;Response&gt; Name(Request, CallContext)</c> of a handler as the rpc of that name; gRPC answers UNIMPLEMENTED for the
/// others. Request and response types come from the methods, because loading the services' descriptors would take longer than the rest of the start.
/// </summary>
internal static class ServiceBinder
{
    /// <summary>Limits lengthy calls to one per processor: more would only compete with each other and with short calls.</summary>
    private static readonly SemaphoreSlim Lengthy = new(Environment.ProcessorCount);

    /// <summary>Returns delegates for calling a handler's methods in-process, by name.</summary>
    public static IReadOnlyDictionary<string, Func<IMessage, CallContext, Task<IMessage>>> Methods(object handler) => Rpcs(handler).ToDictionary(
        rpc => rpc.Name,
        rpc => (Func<IMessage, CallContext, Task<IMessage>>)Generic(nameof(Untyped), rpc).Invoke(null, [rpc, handler])!);

    public static ServerServiceDefinition Bind(string service, object handler)
    {
        var builder = ServerServiceDefinition.CreateBuilder();
        foreach (var rpc in Rpcs(handler))
        {
            Generic(nameof(AddMethod), rpc).Invoke(null, [builder, service, rpc, handler]);
        }

        return builder.Build();
    }

    private static IEnumerable<MethodInfo> Rpcs(object handler) => handler.GetType()
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => method.GetParameters() is [var request, var call]
            && call.ParameterType == typeof(CallContext) && request.ParameterType.IsAssignableTo(typeof(IMessage)));

    private static MethodInfo Generic(string name, MethodInfo rpc) => typeof(ServiceBinder)
        .GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(rpc.GetParameters()[0].ParameterType, rpc.ReturnType.GetGenericArguments()[0]);

    private static Func<IMessage, CallContext, Task<IMessage>> Untyped<TRequest, TResponse>(MethodInfo rpc, object handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var call = Handler<TRequest, TResponse>(rpc, handler);
        return async (request, context) => await call((TRequest)request, context);
    }

    private static void AddMethod<TRequest, TResponse>(ServerServiceDefinition.Builder builder, string service, MethodInfo rpc, object handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var call = Handler<TRequest, TResponse>(rpc, handler);
        var method = new Method<TRequest, TResponse>(MethodType.Unary, service, rpc.Name, Marshaller<TRequest>(), Marshaller<TResponse>());
        builder.AddMethod(method, (request, context) => call(
            request, new CallContext(context.Deadline, context.CancellationToken) { Caller = context }));
    }

    private static Func<TRequest, CallContext, Task<TResponse>> Handler<TRequest, TResponse>(MethodInfo rpc, object handler)
    {
        var call = rpc.CreateDelegate<Func<TRequest, CallContext, Task<TResponse>>>(rpc.IsStatic ? null : handler);
        return rpc.IsDefined(typeof(LengthyAttribute))
            ? (request, context) => CallGuard.RunAsync(rpc.Name, () => OnDedicatedThreadAsync(() => call(request, context), context.Cancellation))
            : (request, context) => CallGuard.RunAsync(rpc.Name, () => call(request, context));
    }

    /// <summary>Runs a lengthy call and its synchronous continuations, such as writing the response, on a dedicated thread. Queued calls block no thread.</summary>
    private static async Task<T> OnDedicatedThreadAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        await Lengthy.WaitAsync(cancellation);
        try
        {
            return await Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        }
        finally
        {
            Lengthy.Release();
        }
    }

    private static Marshaller<T> Marshaller<T>()
        where T : class, IMessage<T>, new() => Marshallers.Create<T>(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context =>
            {
                var message = new T();
                try
                {
                    message.MergeFrom(context.PayloadAsReadOnlySequence());
                    return message;
                }
#pragma warning disable CA1031 // The parser throws several exception types for malformed messages.
                catch (Exception malformed)
#pragma warning restore CA1031
                {
                    throw ServiceErrors.InvalidArgument(malformed.Message);
                }
            });
}
