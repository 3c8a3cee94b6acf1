using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// Temporal's payload codec: personal values inside our JSON are encrypted, so that histories contain no personal data in clear, and an order's history
/// stays readable and can be replayed after its customer's key was destroyed. The workflow id (<c>order-orderId</c>) decides the key.
/// </summary>
internal sealed class PersonalDataCodec(PersonalData data, DataOwner owner) : IPayloadCodec, IWithSerializationContext<IPayloadCodec>
{
    private const string OrderWorkflow = "order-";
    private const string EncodingKey = "encoding";
    private const string JsonEncoding = "json/plain";

    public IPayloadCodec WithSerializationContext(ISerializationContext context) => new PersonalDataCodec(
        data,
        context is ISerializationContext.IHasWorkflow { WorkflowId: { } workflowId } && workflowId.StartsWith(OrderWorkflow, StringComparison.Ordinal)
            ? DataOwner.CustomerOf(workflowId[OrderWorkflow.Length..])
            : DataOwner.System);

    public async Task<IReadOnlyCollection<Payload>> EncodeAsync(IReadOnlyCollection<Payload> payloads)
    {
        var encoded = new List<Payload>(payloads.Count);
        foreach (var payload in payloads)
        {
            encoded.Add(IsJson(payload) ? await EncodeAsync(payload) : payload);
        }

        return encoded;
    }

    public async Task<IReadOnlyCollection<Payload>> DecodeAsync(IReadOnlyCollection<Payload> payloads)
    {
        var decoded = new List<Payload>(payloads.Count);
        foreach (var payload in payloads)
        {
            decoded.Add(IsJson(payload) ? await DecodeAsync(payload) : payload);
        }

        return decoded;
    }

    /// <summary>The keys that encrypt values of a payload.</summary>
    public static IEnumerable<string> KeysIn(Payload payload)
    {
        var json = payload.Data.ToByteArray();
        try
        {
            return IsJson(payload) ? [.. PersonalData.KeysIn(json, ShapeOf(json))] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private async Task<Payload> EncodeAsync(Payload payload)
    {
        var clear = payload.Data.ToByteArray();
        var encrypted = await data.ProtectAsync(clear, ShapeOf(clear), owner, CancellationToken.None);
        return ReferenceEquals(clear, encrypted) ? payload : With(payload, encrypted);
    }

    private async Task<Payload> DecodeAsync(Payload payload)
    {
        var encrypted = payload.Data.ToByteArray();
        try
        {
            var clear = (await data.UnprotectAsync([encrypted], ShapeOf(encrypted), CancellationToken.None))[0];
            return ReferenceEquals(clear, encrypted) ? payload : With(payload, clear);
        }
        catch (JsonException)
        {
            // Not written by us: the payload is passed on unchanged, because a failing codec would block the whole workflow.
            return payload;
        }
    }

    private static bool IsJson(Payload payload) =>
        payload.Metadata.TryGetValue(EncodingKey, out var encoding) && encoding == ByteString.CopyFromUtf8(JsonEncoding);

    // The SDK's encoded attributes of a failure are {"message":…,"stack_trace":…}.
    private static PersonalShape ShapeOf(ReadOnlySpan<byte> json) =>
        json.StartsWith("{\"message\":"u8) && json.IndexOf("\"stack_trace\":"u8) > 0 ? PersonalShape.Failure : PersonalShape.Message;

    private static Payload With(Payload payload, byte[] json)
    {
        var changed = payload.Clone();
        changed.Data = UnsafeByteOperations.UnsafeWrap(json);
        return changed;
    }
}
