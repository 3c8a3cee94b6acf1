using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Scenarios;

/// <summary>A rule for payouts.</summary>
/// <param name="SellerId">Only this seller.</param>
/// <param name="FailureReason">The payout fails with this reason; absent: it completes.</param>
/// <param name="Count">Maximum number of payouts that the rule applies to.</param>
/// <param name="PayoutId">Only this payout.</param>
/// <param name="PaidAmount">Won paid (and reported) instead of the requested amount.</param>
/// <param name="Then">A second outcome that follows the first one: <c>failed</c> after it completed, <c>completed</c> after it failed.</param>
/// <param name="ThenAfterMs">Milliseconds on the teams' clock between the two; absent: the usual delay of a step.</param>
/// <param name="Never">The payout stays requested until it is decided by hand.</param>
public sealed record PayoutRule(
    string? SellerId = null,
    string? FailureReason = null,
    int? Count = null,
    string? PayoutId = null,
    long? PaidAmount = null,
    PayoutState? Then = null,
    long? ThenAfterMs = null,
    bool Never = false);
