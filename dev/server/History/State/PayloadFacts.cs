using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>Inspection of payloads without a codec, and encoding of the payloads that the server itself creates.</summary>
internal static class PayloadFacts
{
    /// <summary>Whether the payload is null or empty, which unsets a memo field or search attribute.</summary>
    public static bool IsNil(Payload? payload) =>
        payload is null
        || (payload.Metadata.TryGetValue("encoding", out var encoding) && encoding.ToStringUtf8() == "binary/null")
        || payload.Data.ToStringUtf8() is "" or "null" or "[]";

    /// <summary>Returns a string as a json/plain payload, as the default data converters of SDKs encode it.</summary>
    public static Payload Json(string text) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
        Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(text)),
    };
}
