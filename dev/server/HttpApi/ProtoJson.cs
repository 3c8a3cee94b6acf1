using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>How a message is written as JSON.</summary>
/// <param name="Pretty">Whether it is indented.</param>
/// <param name="PayloadShorthand">Whether payloads that hold JSON are written as that JSON.</param>
internal readonly record struct ProtoJsonStyle(bool Pretty, bool PayloadShorthand);

/// <summary>
/// Messages as protobuf JSON: camel case, names of enum values, 64-bit integers as text, base64, RFC 3339. Read are also the field names of
/// the proto files, the short names of enum values that SDKs use ("Running"), and payloads written as their JSON.
/// </summary>
internal sealed class ProtoJson
{
    // A failure's causes nest: as deep as the protobuf parser goes, not as the JSON library would.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };
    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };
    private readonly JsonFormatter formatter;
    private readonly JsonParser parser;

    /// <summary>Prepares for the messages of some files and all they import.</summary>
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
    /// <exception cref="JsonException">The text is no JSON.</exception>
    /// <exception cref="InvalidProtocolBufferException">The JSON is no such message.</exception>
    public IMessage Read(string json, MessageDescriptor type)
    {
        var node = JsonInput.Normalize(JsonNode.Parse(json, documentOptions: Deep), type);
        return parser.Parse(node?.ToJsonString(Compact) ?? "null", type);
    }
}
