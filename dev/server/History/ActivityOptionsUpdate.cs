using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Activity.V1;

namespace EmbeddedTemporal.History;

/// <summary>Computes the activity options after UpdateActivityOptions (real server: api/updateactivityoptions).</summary>
internal static class ActivityOptionsUpdate
{
    private static readonly FieldMask.MergeOptions Replacing = new() { ReplaceMessageFields = true, ReplacePrimitiveFields = true, ReplaceRepeatedFields = true };

    /// <summary>Returns the current options with the fields of the mask replaced.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static ActivityOptions Merge(ActivityOptions current, ActivityOptions? changes, FieldMask? mask)
    {
        RequestValidation.That(changes is not null, "ActivityOptions are not provided");
        RequestValidation.That(mask is not null, "UpdateMask is not provided");
        var merged = current.Clone();
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
        var scheduleToClose = options.ScheduleToCloseTimeout.Span();
        var startToClose = options.StartToCloseTimeout.Span();
        foreach (var span in new[] { scheduleToClose, startToClose, options.ScheduleToStartTimeout.Span(), options.HeartbeatTimeout.Span() })
        {
            RequestValidation.That(span >= TimeSpan.Zero, "An activity's time-outs may not be negative.");
        }

        RequestValidation.That(
            scheduleToClose > TimeSpan.Zero || startToClose > TimeSpan.Zero,
            "a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity.");
        if (scheduleToClose > TimeSpan.Zero)
        {
            options.ScheduleToStartTimeout = Bounded(options.ScheduleToStartTimeout, scheduleToClose, orElse: scheduleToClose);
            options.StartToCloseTimeout = Bounded(options.StartToCloseTimeout, scheduleToClose, orElse: scheduleToClose);
        }

        options.HeartbeatTimeout = Bounded(options.HeartbeatTimeout, options.StartToCloseTimeout.Span(), orElse: TimeSpan.Zero);
    }

    private static Duration Bounded(Duration? timeout, TimeSpan bound, TimeSpan orElse) =>
        TimeConversions.ToProto(timeout.Span() is { Ticks: > 0 } span ? TimeSpan.FromTicks(Math.Min(span.Ticks, bound.Ticks)) : orElse);

    /// <summary>Converts a field path to snake case: clients send proto names or JSON names.</summary>
    public static string SnakeCase(string path) =>
        string.Concat(path.Select(letter => char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
