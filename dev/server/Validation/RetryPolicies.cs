using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Validation;

/// <summary>Validation and defaults of retry policies.</summary>
internal static class RetryPolicies
{
    private const string TimeoutPrefix = "TemporalTimeout:";

    /// <summary>Returns the error of a policy, with the real server's message, or null.</summary>
    public static string? Fault(RetryPolicy? policy)
    {
        if (policy is null or { MaximumAttempts: 1 })
        {
            return null;
        }

        if (DurationValidation.Fault(policy.InitialInterval) is { } initial)
        {
            return $"invalid InitialInterval set on retry policy: {initial}";
        }

        if (policy.BackoffCoefficient is not 0 and < 1)
        {
            return "BackoffCoefficient cannot be less than 1 on retry policy.";
        }

        if (DurationValidation.Fault(policy.MaximumInterval) is { } maximum)
        {
            return $"invalid MaximumInterval set on retry policy: {maximum}";
        }

        var longest = policy.MaximumInterval.Span();
        return longest > TimeSpan.Zero && longest < WithDefaults(policy).InitialInterval.Span() ? "MaximumInterval cannot be less than InitialInterval on retry policy."
            : policy.MaximumAttempts < 0 ? "MaximumAttempts cannot be negative on retry policy."
            : policy.NonRetryableErrorTypes.Select(TimeoutTypeOf).FirstOrDefault(type => type is not null && !IsTimeoutType(type)) is { } unknown
                ? $"Invalid timeout type value: {unknown}."
            : null;
    }

    /// <summary>Returns the policy with the server's defaults for unset fields.</summary>
    public static RetryPolicy WithDefaults(RetryPolicy? policy)
    {
        var filled = policy?.Clone() ?? new RetryPolicy();
        if (filled.InitialInterval.Span() == TimeSpan.Zero)
        {
            filled.InitialInterval = TimeConversions.ToProto(TimeSpan.FromSeconds(1));
        }

        if (filled.BackoffCoefficient == 0)
        {
            filled.BackoffCoefficient = 2;
        }

        if (filled.MaximumInterval.Span() == TimeSpan.Zero)
        {
            filled.MaximumInterval = TimeConversions.ToProto(100 * filled.InitialInterval.Span());
        }

        return filled;
    }

    /// <summary>Returns the timeout type in a non-retryable error type, or null for other error types.</summary>
    private static string? TimeoutTypeOf(string errorType) =>
        errorType.StartsWith(TimeoutPrefix, StringComparison.Ordinal) ? errorType[TimeoutPrefix.Length..] : null;

    private static bool IsTimeoutType(string name) =>
        Enum.TryParse<TimeoutType>(name, out var type) && type != TimeoutType.Unspecified && Enum.IsDefined(type) && !char.IsAsciiDigit(name[0]);
}
