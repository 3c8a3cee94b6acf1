using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Faults;

/// <summary>How an answer gets lost after the work was done.</summary>
public enum LostAnswer
{
    /// <summary>The connection breaks before a byte of the answer.</summary>
    Abort,

    /// <summary>A gateway answers 504 in the team's place.</summary>
    GatewayTimeout,

    /// <summary>No answer ever comes; the connection stays open until the caller lets go.</summary>
    Hang,
}

/// <summary>How an outage looks from outside; nothing is done.</summary>
public enum Outage
{
    /// <summary>The connection breaks at once.</summary>
    Abort,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>No answer ever comes; the connection stays open until the caller lets go.</summary>
    Hang,
}

/// <summary>What happens to webhooks.</summary>
/// <param name="Repetitions">How often an event is sent again after it was delivered (same id).</param>
/// <param name="Reorder">The event goes after the next one of its team and order.</param>
/// <param name="DelayMs">Milliseconds it waits first (those behind it wait too).</param>
/// <param name="DropTries">So many tries get lost before one is really made.</param>
/// <param name="Lost">The event is never sent: whoever wants to know must ask. It can still be sent by hand.</param>
/// <param name="Data">Other words in its <c>data</c>; what the team itself knows stays true.</param>
public sealed record WebhookFault(
    int Repetitions = 0, bool Reorder = false, int DelayMs = 0, int DropTries = 0, bool Lost = false, JsonChange? Data = null);

/// <summary>
/// One thing that goes wrong. All conditions given must hold; every effect given happens; a rule with <see cref="Webhooks"/> disturbs
/// events only, any other disturbs calls only.
/// </summary>
/// <param name="Team">Only this team; absent: all.</param>
/// <param name="Method">Only this HTTP method.</param>
/// <param name="Path">Only calls whose path (after the team's prefix) matches; <c>*</c> stands for any text: <c>/payments/*/refunds</c>.</param>
/// <param name="EventType">Only webhooks of this type; <c>*</c> as above.</param>
/// <param name="Probability">0 to 1: how often, by the seeded dice.</param>
/// <param name="Count">Only so many times.</param>
/// <param name="LatencyMs">Milliseconds a call waits before anything else.</param>
/// <param name="JitterMs">Up to so many more.</param>
/// <param name="Status">The call is not done and answered with this status: 500, 503, 429, ….</param>
/// <param name="RetryAfterSeconds"><c>Retry-After</c> beside <paramref name="Status"/>.</param>
/// <param name="LostAnswer">The call is done, its answer lost.</param>
/// <param name="Outage">The team is not there.</param>
/// <param name="Webhooks">What happens to events.</param>
/// <param name="Name">Names the rule, so that it can be lifted by itself: <c>DELETE /faults/{name}</c>.</param>
/// <param name="Subject">Only what is about this order (payout, member, product, payment, …): an event's subject; of a call, a part of its
/// path or an id in its body.</param>
/// <param name="Answer">Other words in the answer, whatever it is; what the team itself knows stays true.</param>
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

/// <summary>A rule and how often it has struck.</summary>
public sealed record AppliedFault(FaultRule Rule, int Applied);
