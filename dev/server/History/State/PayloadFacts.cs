using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>What the server can tell of a payload without decoding it, and the little that it writes itself.</summary>
internal static class PayloadFacts
{
    /// <summary>Whether the payload stands for "nothing": it unsets a memo field or search attribute.</summary>
    public static bool IsNil(Payload? payload) =>
        payload is null
        || (payload.Metadata.TryGetValue("encoding", out var encoding) && encoding.ToStringUtf8() == "binary/null")
        || payload.Data.ToStringUtf8() is "" or "null" or "[]";

    /// <summary>Answers a text as SDKs' default converters write it.</summary>
    public static Payload Json(string text) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
        Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(text)),
    };
}
