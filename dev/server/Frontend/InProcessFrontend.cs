using EmbeddedTemporal.Common;
using EmbeddedTemporal.Frontend.Transport;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace EmbeddedTemporal.Frontend;

/// <summary>Calls the service handlers in-process, for the HTTP API.</summary>
internal sealed class InProcessFrontend(WorkflowServiceHandler workflowService, OperatorServiceHandler operatorService)
{
    private readonly Lazy<Dictionary<string, Func<IMessage, CallContext, Task<IMessage>>>> methods = new(() =>
        Named(ServiceNames.Workflow, workflowService).Concat(Named(ServiceNames.Operator, operatorService)).ToDictionary());

    /// <exception cref="RpcException">The same errors as over gRPC.</exception>
    public Task<IMessage> CallAsync(MethodDescriptor method, IMessage request, DateTime deadline, CancellationToken cancellation) =>
        methods.Value.TryGetValue(method.FullName, out var call)
            ? call(request, new CallContext(deadline, cancellation))
            : throw ServiceErrors.Of(StatusCode.Unimplemented, $"Method {method.FullName} is not implemented by the embedded server.");

    private static IEnumerable<KeyValuePair<string, Func<IMessage, CallContext, Task<IMessage>>>> Named(string service, object handler) =>
        ServiceBinder.Methods(handler).Select(method => KeyValuePair.Create($"{service}.{method.Key}", method.Value));
}
