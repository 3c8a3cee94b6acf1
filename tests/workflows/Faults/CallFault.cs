using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>One call of another team's API, as a fault names it.</summary>
internal sealed record TeamCall(Team Team, string Method, string Path);

/// <summary>One way a call goes wrong.</summary>
/// <param name="WaitsForOperator">It lasts longer than a step's timeout, so the order waits for an operator.</param>
internal sealed record CallFault(string Name, Func<TeamCall, FaultRule> On, bool WaitsForOperator = false)
{
    public static IReadOnlyList<CallFault> All { get; } =
    [
        new("away_then_back", call => Of(call) with { Outage = Outage.Abort, Count = 3 }) { IsLikeAnother = true },
        new("503_three_times", call => Of(call) with { Status = 503, Count = 3 }) { IsLikeAnother = true },
        new("429_with_retry_after", call => Of(call) with { Status = 429, RetryAfterSeconds = 20, Count = 3 }) { IsLikeAnother = true },
        new("answer_lost_on_the_wire_twice", call => Of(call) with { LostAnswer = LostAnswer.Abort, Count = 2 }),
        new("answer_lost_at_a_gateway_twice", call => Of(call) with { LostAnswer = LostAnswer.GatewayTimeout, Count = 2 }) { IsLikeAnother = true },
        new("slower_than_a_call_may_take", call => Of(call) with { LatencyMs = 2_200, Count = 1 }) { CallTimeout = TimeSpan.FromSeconds(1.5) },
        new("away_for_longer_than_the_step_timeout", call => Of(call) with { Outage = Outage.Unavailable }, WaitsForOperator: true),
        new("refused_against_the_contract", call => Of(call) with { Status = 400 }, WaitsForOperator: true),
    ];

    /// <summary>The order sees what it sees of a lost answer: an attempt that failed, and a later one that did not. Left out of the default run.</summary>
    public bool IsLikeAnother { get; init; }

    /// <summary>The timeout of a call, shortened to keep the test of a slow answer quick; absent: as in production.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>The usual timeout of a step, or a short one where the step is meant to time out.</summary>
    public OrderPolicies Policies => WaitsForOperator ? OrderHarness.Usual with { StepPatience = TimeSpan.FromSeconds(30) } : OrderHarness.Usual;

    public override string ToString() => Name;

    private static FaultRule Of(TeamCall call) => new(call.Team, call.Method, call.Path);
}
