using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Calls a method of the frontend in-process, with the same behaviour as over gRPC.</summary>
/// <param name="method">The method of WorkflowService or OperatorService.</param>
/// <param name="request">The request message.</param>
/// <param name="deadline">The deadline of the call (UTC).</param>
/// <param name="cancellation">Cancelled when the client disconnects.</param>
/// <returns>The response.</returns>
/// <exception cref="Grpc.Core.RpcException">The call failed; typed details in <c>grpc-status-details-bin</c>.</exception>
public delegate Task<IMessage> FrontendCall(MethodDescriptor method, IMessage request, DateTime deadline, CancellationToken cancellation);
