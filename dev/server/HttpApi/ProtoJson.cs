using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>The JSON format of a message.</summary>
/// <param name="Pretty">Whether it is indented.</param>
/// <param name="PayloadShorthand">Whether payloads with JSON data are written as that JSON.</param>
internal readonly record struct ProtoJsonStyle(bool Pretty, bool PayloadShorthand);

/// <summary>
/// Messages as protobuf JSON: camel case, names of enum values, 64-bit integers as strings, base64, RFC 3339. The reader also accepts proto field names,
/// the short names of enum values that SDKs use ("Running"), and payload shorthand.
/// </summary>
internal sealed class ProtoJson
{
    // Causes of failures nest deeper than the JSON library's default limit.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };
    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };
    private readonly JsonFormatter formatter;
    private readonly JsonParser parser;

    /// <summary>Creates the formatter and the parser for the messages of some proto files and their imports.</summary>
    public ProtoJson(IEnumerable<FileDescriptor> files)
    {
        var types = TypeRegistry.FromFiles(files);
        formatter = new JsonFormatter(JsonFormatter.Settings.Default.WithTypeRegistry(types));
        parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(types));
    }

    /// <summary>Writes a message.</summary>
    public string Write(IMessage message, ProtoJsonStyle style)
    {
        var json = formatter.Format(message);
        if (!style.Pretty && !style.PayloadShorthand)
        {
            return json;
        }
        var node = JsonNode.Parse(json, documentOptions: Deep);
        if (style.PayloadShorthand)
        {
            node = PayloadShorthand.Shorten(node, message.Descriptor);
        }
        return node?.ToJsonString(style.Pretty ? Indented : Compact) ?? "null";
    }

    /// <summary>Reads a message of the given type.</summary>
    /// <exception cref="JsonException">The text is not valid JSON.</exception>
    /// <exception cref="InvalidProtocolBufferException">The JSON is not a valid message of the type.</exception>
    public IMessage Read(string json, MessageDescriptor type)
    {
        var node = JsonInput.Normalize(JsonNode.Parse(json, documentOptions: Deep), type);
        return parser.Parse(node?.ToJsonString(Compact) ?? "null", type);
    }
}
