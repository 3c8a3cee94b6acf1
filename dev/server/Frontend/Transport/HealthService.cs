using Grpc.Core;

namespace EmbeddedTemporal.Frontend.Transport;

/// <summary>grpc.health.v1.Health: always SERVING. The messages have one field each, so no generated code is needed.</summary>
internal static class HealthService
{
    /// <summary>Field 1, varint, SERVING.</summary>
    private static readonly byte[] Serving = [8, 1];

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    public static ServerServiceDefinition Bind() => ServerServiceDefinition.CreateBuilder()
        .AddMethod(new Method<byte[], byte[]>(MethodType.Unary, "grpc.health.v1.Health", "Check", Bytes, Bytes), (UnaryServerMethod<byte[], byte[]>)(static (_, _) => Task.FromResult(Serving)))
        .Build();
}
