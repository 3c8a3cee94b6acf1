using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.History;

/// <summary>What a retry policy must look like and what it means where it says nothing.</summary>
internal static class RetryPolicies
{
    /// <summary>Answers what is wrong with the policy, in the real server's words, or null.</summary>
    public static string? Fault(RetryPolicy? policy) => policy switch
    {
        null => null,
        { MaximumAttempts: 1 } => null,
        { MaximumAttempts: < 0 } => "MaximumAttempts cannot be negative on retry policy.",
        _ when policy.InitialInterval.Span() < TimeSpan.Zero => "InitialInterval cannot be negative on retry policy.",
        _ when policy.BackoffCoefficient is not 0 and < 1 => "BackoffCoefficient cannot be less than 1 on retry policy.",
        _ when policy.MaximumInterval.Span() < TimeSpan.Zero => "MaximumInterval cannot be negative on retry policy.",
        _ when policy.MaximumInterval.Span() > TimeSpan.Zero && policy.MaximumInterval.Span() < policy.InitialInterval.Span() =>
            "MaximumInterval cannot be less than InitialInterval on retry policy.",
        _ => null,
    };

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
}
