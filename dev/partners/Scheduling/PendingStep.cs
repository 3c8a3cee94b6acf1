using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Scheduling;

/// <summary>Something a team will do next.</summary>
/// <param name="StepId">Names the step for <c>POST /steps/{stepId}</c>.</param>
/// <param name="Team">Who does it.</param>
/// <param name="Subject">The order (payout) it is about.</param>
/// <param name="Name">What is done, e.g. <c>decide pay-1</c>.</param>
/// <param name="DueAt">When it happens by itself; absent where it waits for a hand.</param>
public sealed record PendingStep(string StepId, Team Team, string Subject, string Name, DateTimeOffset? DueAt);
