using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Temporalio.Converters;

namespace OrderOrchestration.Workflows.Messages;

/// <summary>
/// How our messages look as JSON wherever they travel: camelCase names, kebab-case words for enumerations, absent instead of null, text unescaped.
/// The API, the store and Temporal's payloads share it, so what an operator reads in the Temporal Web UI is what the API answers.
/// </summary>
public static class OrderJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>The converter every client and worker of this project is made with.</summary>
    public static DataConverter DataConverter { get; } =
        DataConverter.Default with { PayloadConverter = new OrderPayloadConverter() };

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;

        // Korean stays readable in the Web UI and a third of its escaped size in histories; nothing of it is ever put into HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        return options;
    }

    /// <summary>Temporal constructs payload converters by type, which a lambda over options could not offer.</summary>
    private sealed class OrderPayloadConverter : DefaultPayloadConverter
    {
        public OrderPayloadConverter()
            : base(Options)
        {
        }
    }
}
