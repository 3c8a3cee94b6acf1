using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Calls a method of the frontend in-process, just as gRPC would.</summary>
/// <param name="method">The method of WorkflowService or OperatorService.</param>
/// <param name="request">Its request.</param>
/// <param name="deadline">When the caller gives up (UTC).</param>
/// <param name="cancellation">Cancelled when the caller has gone.</param>
/// <returns>The response.</returns>
/// <exception cref="Grpc.Core.RpcException">The call failed; typed details in <c>grpc-status-details-bin</c>.</exception>
public delegate Task<IMessage> FrontendCall(MethodDescriptor method, IMessage request, DateTime deadline, CancellationToken cancellation);
