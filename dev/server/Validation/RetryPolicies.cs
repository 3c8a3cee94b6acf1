using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Validation;

/// <summary>What a retry policy must look like and what it means where it says nothing.</summary>
internal static class RetryPolicies
{
    private const string TimeoutPrefix = "TemporalTimeout:";

    /// <summary>Answers what is wrong with the policy, in the real server's words, or null.</summary>
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

    /// <summary>Answers the policy with the server's defaults where it says nothing.</summary>
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

    /// <summary>Answers which time-out an error type names that is not to be retried, null when it names none.</summary>
    private static string? TimeoutTypeOf(string errorType) =>
        errorType.StartsWith(TimeoutPrefix, StringComparison.Ordinal) ? errorType[TimeoutPrefix.Length..] : null;

    private static bool IsTimeoutType(string name) =>
        Enum.TryParse<TimeoutType>(name, out var type) && type != TimeoutType.Unspecified && Enum.IsDefined(type) && !char.IsAsciiDigit(name[0]);
}
