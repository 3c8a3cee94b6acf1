using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>A place in a trace as text: W3C <c>traceparent</c>.</summary>
public static class Traceparent
{
    /// <summary>Where the running code is; <c>null</c> where nothing is traced. Kept with what is sent later: a row of an outbox, a message.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;

    internal static string Format(ActivityContext context) =>
        $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";

    /// <summary>The place that a text names; <c>null</c> for none or an unreadable one: a trace that breaks off must not stop what is traced.</summary>
    internal static ActivityContext? Parse(string? traceparent, string? tracestate = null) =>
        ActivityContext.TryParse(traceparent, tracestate, isRemote: true, out var context) ? context : null;

    /// <summary>A place that follows from a text and is the same wherever it is asked for: of what nobody's request began (a schedule).</summary>
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
