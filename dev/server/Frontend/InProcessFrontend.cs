using Google.Protobuf;
using Google.Protobuf.Reflection;
using OperatorReflection = Temporalio.Api.OperatorService.V1.ServiceReflection;
using WorkflowReflection = Temporalio.Api.WorkflowService.V1.ServiceReflection;

namespace EmbeddedTemporal.Frontend;

/// <summary>Calls the services' handlers without a wire between, for the HTTP API and schedules.</summary>
internal sealed class InProcessFrontend(WorkflowServiceHandler workflowService, OperatorServiceHandler operatorService)
{
    private readonly Dictionary<string, Func<IMessage, CallContext, Task<IMessage>>> methods =
        Named(WorkflowReflection.Descriptor.Services[0], workflowService).Concat(Named(OperatorReflection.Descriptor.Services[0], operatorService)).ToDictionary();

    /// <exception cref="Grpc.Core.RpcException">As over gRPC.</exception>
    public Task<IMessage> CallAsync(MethodDescriptor method, IMessage request, DateTime deadline, CancellationToken cancellation) =>
        methods[method.FullName](request, new CallContext(deadline, cancellation));

    private static IEnumerable<KeyValuePair<string, Func<IMessage, CallContext, Task<IMessage>>>> Named(Google.Protobuf.Reflection.ServiceDescriptor service, object handler) =>
        ServiceBinder.Methods(service, handler).Select(method => KeyValuePair.Create($"{service.FullName}.{method.Key}", method.Value));
}
