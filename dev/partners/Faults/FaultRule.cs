using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Faults;

/// <summary>How a response is lost after the call was executed.</summary>
public enum LostAnswer
{
    /// <summary>The connection is aborted before the first byte of the response.</summary>
    Abort,

    /// <summary>A gateway answers 504 in the team's place.</summary>
    GatewayTimeout,

    /// <summary>No response is sent; the connection stays open until the caller closes it.</summary>
    Hang,
}

/// <summary>How an outage appears to the caller; the call is not executed.</summary>
public enum Outage
{
    /// <summary>The connection is aborted at once.</summary>
    Abort,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>No response is sent; the connection stays open until the caller closes it.</summary>
    Hang,
}

/// <summary>The effects of a rule on webhooks.</summary>
/// <param name="Repetitions">How often an event is sent again with the same id after it was delivered.</param>
/// <param name="Reorder">The event is delivered after the next event of its team and subject.</param>
/// <param name="DelayMs">Milliseconds of delay before the first try; later events of the subject are delayed too.</param>
/// <param name="DropTries">The number of tries that are dropped before the first request is sent.</param>
/// <param name="Lost">The event is not sent, so that its content can only be polled. It can still be sent by hand.</param>
/// <param name="Data">Changes of its <c>data</c>; the team's own state is not changed.</param>
public sealed record WebhookFault(
    int Repetitions = 0, bool Reorder = false, int DelayMs = 0, int DropTries = 0, bool Lost = false, JsonChange? Data = null);

/// <summary>
/// A rule of fault injection. All given conditions must match; all given effects are applied. A rule with <see cref="Webhooks"/> applies to
/// events only, any other rule to calls only.
/// </summary>
/// <param name="Team">Only this team; absent: all.</param>
/// <param name="Method">Only this HTTP method.</param>
/// <param name="Path">Only calls whose path (after the team's prefix) matches; <c>*</c> stands for any text: <c>/payments/*/refunds</c>.</param>
/// <param name="EventType">Only webhooks of this type; <c>*</c> as above.</param>
/// <param name="Probability">Probability from 0 to 1, by a seeded random sequence.</param>
/// <param name="Count">The maximum number of times the rule applies.</param>
/// <param name="LatencyMs">Milliseconds of delay before the other effects.</param>
/// <param name="JitterMs">Maximum random addition to <paramref name="LatencyMs"/>, milliseconds.</param>
/// <param name="Status">The call is not executed and answered with this status: 500, 503, 429, ….</param>
/// <param name="RetryAfterSeconds"><c>Retry-After</c> of a response with <paramref name="Status"/>, seconds.</param>
/// <param name="LostAnswer">The call is executed and its response is lost.</param>
/// <param name="Outage">The team is not available; the call is not executed.</param>
/// <param name="Webhooks">Effects on events.</param>
/// <param name="Name">Name of the rule, so that it can be removed alone: <c>DELETE /faults/{name}</c>.</param>
/// <param name="Subject">Only calls and events about this order (payout, member, product, payment, …): an event's subject; for a call, a segment of its
/// path or an id in its body.</param>
/// <param name="Answer">Changes of the response body, with any status; the team's own state is not changed.</param>
public sealed record FaultRule(
    Team? Team = null,
    string? Method = null,
    string? Path = null,
    string? EventType = null,
    double Probability = 1,
    int? Count = null,
    int LatencyMs = 0,
    int JitterMs = 0,
    int? Status = null,
    int? RetryAfterSeconds = null,
    LostAnswer? LostAnswer = null,
    Outage? Outage = null,
    WebhookFault? Webhooks = null,
    string? Name = null,
    string? Subject = null,
    JsonChange? Answer = null);

/// <summary>A rule and how often it was applied.</summary>
public sealed record AppliedFault(FaultRule Rule, int Applied);
