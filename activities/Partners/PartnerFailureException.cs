using System.Net;

namespace OrderOrchestration.Activities.Partners;

/// <summary>A call of another team that brought no answer of the contract.</summary>
/// <param name="call">Method and path, without the query: no personal data.</param>
/// <param name="status">The status code, if there was an answer at all.</param>
/// <param name="isTransient">5xx, 429, a time-out or no connection: the outcome is unknown and the same call may be repeated under its key.</param>
/// <param name="retryAfter">How long the team asks to be left alone.</param>
public sealed class PartnerFailureException(
    string team, string call, HttpStatusCode? status, bool isTransient, TimeSpan? retryAfter, Exception? innerException = null)
    : Exception($"{team}: {call} answered {(status is { } code ? ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture) : "nothing")}", innerException)
{
    public string Team { get; } = team;

    public HttpStatusCode? Status { get; } = status;

    public bool IsTransient { get; } = isTransient;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
