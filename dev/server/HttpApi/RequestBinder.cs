using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.Extensions.Primitives;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Makes a method's request message of an HTTP request: its body, then its path, then its query.</summary>
internal sealed class RequestBinder(ProtoJson json)
{
    /// <summary>Binds a request.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the body or a value is not what its field takes.</exception>
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
        catch (Exception refused) when (refused is JsonException or InvalidProtocolBufferException or InvalidJsonException or FormatException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, refused.Message));
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

    // A parameter that is no field is for someone else (pretty, a cache breaker); one that the path or body has given is not taken again.
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
