using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Scheduling;

/// <summary>A scheduled step of a team.</summary>
/// <param name="StepId">Id for <c>POST /steps/{stepId}</c>.</param>
/// <param name="Team">The team that runs the step.</param>
/// <param name="Subject">The order (or payout) of the step.</param>
/// <param name="Name">The action and its object, e.g. <c>decide pay-1</c>.</param>
/// <param name="DueAt">When the step runs automatically; absent where it waits until it is run by hand.</param>
public sealed record PendingStep(string StepId, Team Team, string Subject, string Name, DateTimeOffset? DueAt);
