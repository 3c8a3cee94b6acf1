using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Transforms the JSON of a message by its descriptor.</summary>
internal static class MessageWalk
{
    /// <summary>Applies a function to the value of each message-typed field (each item of a list, each value of a map).</summary>
    public static JsonNode Fields(JsonObject node, MessageDescriptor type, Func<JsonNode?, MessageDescriptor, JsonNode?> replace) =>
        Values(node, type, (value, field) => field.FieldType == FieldType.Message ? replace(value, field.MessageType) : value);

    /// <summary>Applies a function to the value of every field.</summary>
    public static JsonNode Values(JsonObject node, MessageDescriptor type, Func<JsonNode?, FieldDescriptor, JsonNode?> replace)
    {
        foreach (var name in node.Select(property => property.Key).ToList())
        {
            if (Find(type, name) is not { } field)
            {
                continue;
            }
            var value = node[name];
            if (field.IsMap && value is JsonObject map)
            {
                var valueField = field.MessageType.FindFieldByNumber(2);
                foreach (var key in map.Select(entry => entry.Key).ToList())
                {
                    Put(map[key], replaced => map[key] = replaced, valueField, replace);
                }
            }
            else if (field.IsRepeated && value is JsonArray list)
            {
                for (var i = 0; i < list.Count; i++)
                {
                    var index = i;
                    Put(list[i], replaced => list[index] = replaced, field, replace);
                }
            }
            else if (!field.IsMap && !field.IsRepeated)
            {
                Put(value, replaced => node[name] = replaced, field, replace);
            }
        }
        return node;
    }

    /// <summary>Finds a field by its JSON or proto name.</summary>
    public static FieldDescriptor? Find(MessageDescriptor type, string name) =>
        type.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name || field.Name == name);

    private static void Put(
        JsonNode? value, Action<JsonNode?> put, FieldDescriptor field, Func<JsonNode?, FieldDescriptor, JsonNode?> replace)
    {
        var replaced = replace(value, field);
        if (!ReferenceEquals(replaced, value))
        {
            // A JSON node can have only one parent, so a node that is part of the old value is cloned.
            put(replaced?.Parent is null ? replaced : replaced.DeepClone());
        }
    }
}
