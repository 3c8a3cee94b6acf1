using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.Extensions.Primitives;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Binds an HTTP request to a method's request message: the body, then the path, then the query.</summary>
internal sealed class RequestBinder(ProtoJson json)
{
    /// <summary>Binds a request.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the body or a parameter is not valid for its field.</exception>
    public IMessage Bind(HttpRouteMatch match, string body, IEnumerable<KeyValuePair<string, StringValues>> query)
    {
        var type = match.Route.Method.InputType;
        try
        {
            var request = ReadBody(match.Route, body, type);
            foreach (var (field, value) in match.PathFields)
            {
                FieldPath.Set(request, field, [value]);
            }
            if (match.Route.Body != "*")
            {
                BindQuery(match, query, request);
            }
            return request;
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidProtocolBufferException or InvalidJsonException or FormatException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, invalid.Message));
        }
    }

    private IMessage ReadBody(HttpRoute route, string body, MessageDescriptor type)
    {
        if (route.Body.Length == 0 || string.IsNullOrWhiteSpace(body))
        {
            return type.Parser.ParseFrom(ByteString.Empty);
        }
        var text = route.Body == "*" ? body : new JsonObject { [route.Body] = JsonNode.Parse(body) }.ToJsonString();
        return json.Read(text, type);
    }

    // Parameters without a field (pretty, a cache breaker) are ignored, and so are those of fields that are set by the path or the body.
    private static void BindQuery(HttpRouteMatch match, IEnumerable<KeyValuePair<string, StringValues>> query, IMessage request)
    {
        foreach (var (name, values) in query)
        {
            if (name != match.Route.Body && !match.PathFields.Any(field => FieldPath.Same(request.Descriptor, field.Key, name)))
            {
                FieldPath.Set(request, name, [.. values.Select(value => value ?? string.Empty)]);
            }
        }
    }
}
