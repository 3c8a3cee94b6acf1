using EmbeddedTemporal.Time;
using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace EmbeddedTemporal.History.Limits;

/// <summary>Whether a failure is retried, and the back-off before the next attempt (real server: workflow/retry.go).</summary>
/// <param name="State"><see cref="RetryState.InProgress"/> if it is retried, otherwise the reason why not.</param>
/// <param name="Interval">The back-off before the next attempt.</param>
internal readonly record struct RetryBackoff(RetryState State, TimeSpan Interval)
{
    public bool IsRetried => State == RetryState.InProgress;

    /// <summary>Decides whether the run of this <paramref name="attempt"/> is retried. The failure's next retry delay is limited by the maximum interval.</summary>
    /// <param name="deadline">The time after which no further attempt may start, or null.</param>
    public static RetryBackoff OfWorkflow(RetryPolicy policy, int attempt, Failure? failure, DateTime now, DateTime? deadline) =>
        Next(policy, attempt, failure, now, deadline, policy.MaximumInterval.Span());

    /// <summary>Decides whether an activity is retried after this <paramref name="attempt"/>. The failure's next retry delay overrides the policy.</summary>
    /// <param name="deadline">The time after which no further attempt may start, or null.</param>
    public static RetryBackoff OfActivity(RetryPolicy policy, int attempt, Failure? failure, DateTime now, DateTime? deadline) =>
        Next(policy, attempt, failure, now, deadline, failure?.ApplicationFailureInfo?.NextRetryDelay?.Span() ?? policy.MaximumInterval.Span());

    /// <summary>Returns the policy's exponential back-off after <paramref name="attempt"/>.</summary>
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

        var interval = failure?.ApplicationFailureInfo?.NextRetryDelay is { } delay ? delay.Span() : Exponential(policy, attempt);
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
