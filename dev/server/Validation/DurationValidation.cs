using EmbeddedTemporal.Common;
using Google.Protobuf.WellKnownTypes;

namespace EmbeddedTemporal.Validation;

/// <summary>Validation of durations in requests (real server: timestamp/duration.go).</summary>
internal static class DurationValidation
{
    /// <summary>A hundred years; a longer duration is truncated to it.</summary>
    private const long LongestSeconds = 100L * 365 * 24 * 3600;

    /// <summary>Returns the error of a duration, or null; truncates one that is too long.</summary>
    public static string? Fault(Duration? duration)
    {
        switch (duration)
        {
            case { Seconds: > 0, Nanos: < 0 } or { Seconds: < 0, Nanos: > 0 }:
                return "duration has seconds and nanos with different signs";
            case { Seconds: < 0 } or { Nanos: < 0 }:
                return "negative duration";
            case { Seconds: >= LongestSeconds }:
                duration.Seconds = LongestSeconds;
                duration.Nanos = 0;
                return null;
            default:
                return null;
        }
    }

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static void Require(Duration? duration, string message)
    {
        if (Fault(duration) is { } fault)
        {
            throw ServiceErrors.InvalidArgument($"{message} cause: {fault}");
        }
    }
}
