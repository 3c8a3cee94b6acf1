using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>A trace context as text: W3C <c>traceparent</c>.</summary>
public static class Traceparent
{
    /// <summary>The current trace context; <c>null</c> without a trace. Stored with what is sent later: a row of an outbox, a message.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;

    internal static string Format(ActivityContext context) =>
        $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";

    /// <summary>The context in a text; <c>null</c> for none or an invalid one, because a broken trace must not stop the traced operation.</summary>
    internal static ActivityContext? Parse(string? traceparent, string? tracestate = null) =>
        ActivityContext.TryParse(traceparent, tracestate, isRemote: true, out var context) ? context : null;

    /// <summary>A context that is derived deterministically from a text, for runs that no request started (a schedule).</summary>
    internal static ActivityContext Derive(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        Span<byte> span = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(span, BinaryPrimitives.ReadUInt64BigEndian(hash[16..]) | 1);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(hash[..16]), ActivitySpanId.CreateFromBytes(span), ActivityTraceFlags.Recorded, isRemote: true);
    }
}
