using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;

namespace EmbeddedTemporal.History.State;

/// <summary>Serializes a protobuf message in JSON as base64 of its binary form.</summary>
internal sealed class ProtobufJsonConverter<T> : JsonConverter<T>
    where T : class, IMessage<T>, new()
{
    private static readonly MessageParser<T> Parser = new(() => new T());

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parser.ParseFrom(reader.GetBytesFromBase64());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.ToByteArray());
}
