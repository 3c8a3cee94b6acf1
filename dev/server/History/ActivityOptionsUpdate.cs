using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Activity.V1;

namespace EmbeddedTemporal.History;

/// <summary>Which options an operator's update leaves in force (real server: api/updateactivityoptions).</summary>
internal static class ActivityOptionsUpdate
{
    private static readonly FieldMask.MergeOptions Replacing = new() { ReplaceMessageFields = true, ReplacePrimitiveFields = true, ReplaceRepeatedFields = true };

    /// <summary>Answers the options in force with the masked ones in their place.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static ActivityOptions Merge(ActivityOptions inForce, ActivityOptions? changes, FieldMask? mask)
    {
        RequestValidation.That(changes is not null, "ActivityOptions are not provided");
        RequestValidation.That(mask is not null, "UpdateMask is not provided");
        var merged = inForce.Clone();
        FieldMask.FromString(string.Join(',', mask!.Paths.Select(SnakeCase))).Merge(changes, merged, Replacing);
        RequestValidation.That(TaskPriority.Fault(changes!.Priority) is null, TaskPriority.Fault(changes.Priority) ?? "");
        merged.RetryPolicy ??= new();
        RequestValidation.That(RetryPolicies.Fault(merged.RetryPolicy) is not { } fault, RetryPolicies.Fault(merged.RetryPolicy) ?? "");
        merged.RetryPolicy = RetryPolicies.WithDefaults(merged.RetryPolicy);
        BindTimeouts(merged);
        return merged;
    }

    private static void BindTimeouts(ActivityOptions options)
    {
        var whole = options.ScheduleToCloseTimeout.Span();
        var ofAttempt = options.StartToCloseTimeout.Span();
        foreach (var span in new[] { whole, ofAttempt, options.ScheduleToStartTimeout.Span(), options.HeartbeatTimeout.Span() })
        {
            RequestValidation.That(span >= TimeSpan.Zero, "An activity's time-outs may not be negative.");
        }

        RequestValidation.That(
            whole > TimeSpan.Zero || ofAttempt > TimeSpan.Zero,
            "a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity.");
        if (whole > TimeSpan.Zero)
        {
            options.ScheduleToStartTimeout = Bounded(options.ScheduleToStartTimeout, whole, orElse: whole);
            options.StartToCloseTimeout = Bounded(options.StartToCloseTimeout, whole, orElse: whole);
        }

        options.HeartbeatTimeout = Bounded(options.HeartbeatTimeout, options.StartToCloseTimeout.Span(), orElse: TimeSpan.Zero);
    }

    private static Duration Bounded(Duration? timeout, TimeSpan bound, TimeSpan orElse) =>
        TimeConversions.ToProto(timeout.Span() is { Ticks: > 0 } span ? TimeSpan.FromTicks(Math.Min(span.Ticks, bound.Ticks)) : orElse);

    /// <summary>Clients name fields as the protocol or as JSON does.</summary>
    public static string SnakeCase(string path) =>
        string.Concat(path.Select(letter => char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
