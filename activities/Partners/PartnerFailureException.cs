using System.Globalization;
using System.Net;

namespace OrderOrchestration.Activities.Partners;

/// <summary>A call of another team without a valid answer.</summary>
public sealed class PartnerFailureException : Exception
{
    /// <param name="call">Method and path, without the query: no personal data.</param>
    /// <param name="status">The status code, if there was an answer at all.</param>
    /// <param name="isTransient">5xx, 429, a time-out or no connection: the outcome is unknown and the same call may be repeated under its key.</param>
    /// <param name="retryAfter">The team's <c>Retry-After</c>.</param>
    public PartnerFailureException(
        string team, string call, HttpStatusCode? status, bool isTransient, TimeSpan? retryAfter, Exception? innerException = null)
        : base(
            $"{team}: {call} answered {(status is { } code ? ((int)code).ToString(CultureInfo.InvariantCulture) : "nothing")}", innerException)
    {
        Team = team;
        Status = status;
        IsTransient = isTransient;
        RetryAfter = retryAfter;
    }

    private PartnerFailureException(string team, string message, Exception? innerException)
        : base(message, innerException)
    {
        Team = team;
        IsMismatch = true;
    }

    public string Team { get; }

    public HttpStatusCode? Status { get; }

    public bool IsTransient { get; }

    /// <summary>The answer does not have the contract's form, or does not match the request: it is not accepted.</summary>
    public bool IsMismatch { get; }

    public TimeSpan? RetryAfter { get; }

    /// <param name="what">What was expected and what was received; never personal data.</param>
    public static PartnerFailureException Mismatch(string team, string call, string what, Exception? innerException = null) =>
        new(team, $"{team}: {call} answered what cannot be believed: {what}", innerException);
}
