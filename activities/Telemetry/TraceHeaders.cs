using System.Diagnostics;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>
/// A trace context as a Temporal header: <c>_tracer-data</c>, a JSON object of W3C header names, as Temporal's own interceptors in every language write
/// it, so that a worker in another language could continue the trace.
/// </summary>
public static class TraceHeaders
{
    private const string Key = "_tracer-data";
    private const string Parent = "traceparent";
    private const string State = "tracestate";

    /// <summary>The headers of a request that bypasses the SDK's client, with the current trace context; <c>null</c> without a trace.</summary>
    public static async Task<Header?> CurrentAsync(DataConverter converter)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } activity)
        {
            return null;
        }

        var payload = Payload(activity.Context);
        var encoded = converter.PayloadCodec is { } codec ? (await codec.EncodeAsync([payload])).Single() : payload;
        return new Header { Fields = { [Key] = encoded } };
    }

    internal static IDictionary<string, Payload> Add(IDictionary<string, Payload>? headers, ActivityContext context) =>
        new Dictionary<string, Payload>(headers ?? new Dictionary<string, Payload>()) { [Key] = Payload(context) };

    /// <summary>The headers with the current trace context; the same headers without a trace.</summary>
    internal static IDictionary<string, Payload>? AddCurrent(IDictionary<string, Payload>? headers) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? Add(headers, activity.Context) : headers;

    internal static ActivityContext? Read(IReadOnlyDictionary<string, Payload>? headers)
    {
        if (headers is null || !headers.TryGetValue(Key, out var payload))
        {
            return null;
        }

        try
        {
            var carrier = DataConverter.Default.PayloadConverter.ToValue<Dictionary<string, string>>(payload);
            return Traceparent.Parse(carrier.GetValueOrDefault(Parent), carrier.GetValueOrDefault(State));
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException or NullReferenceException)
        {
            // Written by another program in another format: the trace ends here, the call continues.
            return null;
        }
    }

    private static Payload Payload(ActivityContext context)
    {
        var carrier = new Dictionary<string, string> { [Parent] = Traceparent.Format(context) };
        if (!string.IsNullOrEmpty(context.TraceState))
        {
            carrier[State] = context.TraceState;
        }

        return DataConverter.Default.PayloadConverter.ToPayload(carrier);
    }
}
