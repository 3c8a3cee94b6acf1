using EmbeddedTemporal.Time;
using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace EmbeddedTemporal.History;

/// <summary>Whether something that failed is tried again, and after how long (real server: workflow/retry.go).</summary>
/// <param name="State">Why not, or <see cref="RetryState.InProgress"/>.</param>
/// <param name="Interval">How long to wait before the next attempt.</param>
internal readonly record struct RetryBackoff(RetryState State, TimeSpan Interval)
{
    public bool IsRetried => State == RetryState.InProgress;

    /// <summary>Decides about the run after the one with this <paramref name="attempt"/>. A delay that the failure asks for is held to the policy's longest.</summary>
    /// <param name="deadline">When no further attempt may start, or null.</param>
    public static RetryBackoff OfWorkflow(RetryPolicy policy, int attempt, Failure? failure, DateTime now, DateTime? deadline) =>
        Next(policy, attempt, failure, now, deadline, policy.MaximumInterval.Span());

    /// <summary>Decides about an activity's attempt after this <paramref name="attempt"/>. A delay that the failure asks for goes before the policy.</summary>
    /// <param name="deadline">When no further attempt may start, or null.</param>
    public static RetryBackoff OfActivity(RetryPolicy policy, int attempt, Failure? failure, DateTime now, DateTime? deadline) =>
        Next(policy, attempt, failure, now, deadline, failure?.ApplicationFailureInfo?.NextRetryDelay?.Span() ?? policy.MaximumInterval.Span());

    /// <summary>Answers the interval after <paramref name="attempt"/> where nothing but the policy decides.</summary>
    public static TimeSpan Exponential(RetryPolicy policy, int attempt)
    {
        var initial = policy.InitialInterval.Span();
        var coefficient = policy.BackoffCoefficient >= 1 ? policy.BackoffCoefficient : 1;
        var seconds = initial.TotalSeconds * Math.Pow(coefficient, attempt - 1);
        var maximum = policy.MaximumInterval.Span() is { Ticks: > 0 } given ? given : 100 * initial;
        return seconds < maximum.TotalSeconds ? TimeSpan.FromSeconds(seconds) : maximum;
    }

    private static RetryBackoff Next(RetryPolicy policy, int attempt, Failure? failure, DateTime now, DateTime? deadline, TimeSpan longest)
    {
        if (failure is not null && !IsRetryable(failure, policy.NonRetryableErrorTypes))
        {
            return new(RetryState.NonRetryableFailure, default);
        }

        if (policy.MaximumAttempts > 0 && attempt >= policy.MaximumAttempts)
        {
            return new(RetryState.MaximumAttemptsReached, default);
        }

        var interval = failure?.ApplicationFailureInfo?.NextRetryDelay is { } asked ? asked.Span() : Exponential(policy, attempt);
        if (longest > TimeSpan.Zero && (interval <= TimeSpan.Zero || interval > longest))
        {
            interval = longest;
        }

        return interval <= TimeSpan.Zero || (deadline is { } last && now.SaturatingAdd(interval) > last)
            ? new(RetryState.Timeout, default)
            : new(RetryState.InProgress, interval);
    }

    private static bool IsRetryable(Failure failure, RepeatedField<string> nonRetryableTypes) => failure.FailureInfoCase switch
    {
        Failure.FailureInfoOneofCase.TerminatedFailureInfo or Failure.FailureInfoOneofCase.CanceledFailureInfo => false,
        Failure.FailureInfoOneofCase.TimeoutFailureInfo =>
            failure.TimeoutFailureInfo.TimeoutType is TimeoutType.StartToClose or TimeoutType.Heartbeat && !nonRetryableTypes.Contains("TemporalTimeout:" + failure.TimeoutFailureInfo.TimeoutType),
        Failure.FailureInfoOneofCase.ServerFailureInfo => !failure.ServerFailureInfo.NonRetryable,
        Failure.FailureInfoOneofCase.ApplicationFailureInfo =>
            !failure.ApplicationFailureInfo.NonRetryable && !nonRetryableTypes.Contains(failure.ApplicationFailureInfo.Type),
        _ => true,
    };
}
