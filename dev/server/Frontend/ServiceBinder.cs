using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace EmbeddedTemporal.Frontend;

/// <summary>
/// Binds every method of a protobuf service, by name, to a method <c>Task&lt;Response&gt; Name(Request, CallContext)</c> of a handler.
/// A method that the handler does not have answers UNIMPLEMENTED.
/// </summary>
internal static class ServiceBinder
{
    /// <summary>Answers the methods of a service as they can be called in-process, by name.</summary>
    public static IReadOnlyDictionary<string, Func<IMessage, CallContext, Task<IMessage>>> Methods(ServiceDescriptor service, object handler) =>
        service.Methods.ToDictionary(
            method => method.Name,
            method => (Func<IMessage, CallContext, Task<IMessage>>)Generic(nameof(Untyped), method).Invoke(null, [service, method, handler])!);

    public static ServerServiceDefinition Bind(ServiceDescriptor service, object handler)
    {
        var builder = ServerServiceDefinition.CreateBuilder();
        foreach (var method in service.Methods)
        {
            Generic(nameof(AddMethod), method).Invoke(null, [builder, service, method, handler]);
        }

        return builder.Build();
    }

    private static MethodInfo Generic(string name, MethodDescriptor method) => typeof(ServiceBinder)
        .GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(method.InputType.ClrType, method.OutputType.ClrType);

    private static Func<IMessage, CallContext, Task<IMessage>> Untyped<TRequest, TResponse>(ServiceDescriptor service, MethodDescriptor method, object handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var call = Handler<TRequest, TResponse>(service, method, handler);
        return async (request, context) => await call((TRequest)request, context);
    }

    private static void AddMethod<TRequest, TResponse>(
        ServerServiceDefinition.Builder builder,
        ServiceDescriptor service,
        MethodDescriptor method,
        object handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var call = Handler<TRequest, TResponse>(service, method, handler);
        var rpc = new Method<TRequest, TResponse>(
            MethodType.Unary, service.FullName, method.Name, Marshaller<TRequest>(method.InputType.Parser), Marshaller<TResponse>(method.OutputType.Parser));
        builder.AddMethod(rpc, (request, context) => call(
            request, new CallContext(context.Deadline, context.CancellationToken) { ClientName = context.RequestHeaders.GetValue("client-name") ?? "" }));
    }

    private static Func<TRequest, CallContext, Task<TResponse>> Handler<TRequest, TResponse>(ServiceDescriptor service, MethodDescriptor method, object handler)
    {
        var found = handler.GetType().GetMethod(method.Name, [typeof(TRequest), typeof(CallContext)]);
        if (found is null)
        {
            return (_, _) => throw ServiceErrors.Of(StatusCode.Unimplemented, $"Method {service.FullName}/{method.Name} is not implemented by the embedded server.");
        }

        var call = found.CreateDelegate<Func<TRequest, CallContext, Task<TResponse>>>(found.IsStatic ? null : handler);
        return (request, context) => CallGuard.RunAsync(method.Name, () => call(request, context));
    }

    private static Marshaller<T> Marshaller<T>(MessageParser parser)
        where T : class, IMessage<T> => Marshallers.Create<T>(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => (T)parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
