namespace OrderOrchestration.Partners.Faults;

/// <summary>What all matching rules together do to one call.</summary>
internal sealed record CallFault
{
    public TimeSpan Latency { get; private init; }

    public Outage? Outage { get; private init; }

    public int? Status { get; private init; }

    public int? RetryAfterSeconds { get; private init; }

    public LostAnswer? LostAnswer { get; private init; }

    /// <summary>Other words in the answer, one change after the other.</summary>
    public IReadOnlyList<JsonChange> Answer { get; private init; } = [];

    public CallFault With(FaultRule rule, Dice dice) => this with
    {
        Latency = Latency + TimeSpan.FromMilliseconds(rule.LatencyMs + (rule.JitterMs * dice.Next())),
        Outage = Outage ?? rule.Outage,
        Status = Status ?? rule.Status,
        RetryAfterSeconds = RetryAfterSeconds ?? rule.RetryAfterSeconds,
        LostAnswer = LostAnswer ?? rule.LostAnswer,
        Answer = rule.Answer is null ? Answer : [.. Answer, rule.Answer],
    };
}

/// <summary>What all matching rules together do to one event.</summary>
internal sealed record WebhookDisturbance
{
    public TimeSpan Delay { get; private init; }

    public bool BehindNext { get; private init; }

    public int Repetitions { get; private init; }

    public int DroppedTries { get; private init; }

    public bool IsLost { get; private init; }

    /// <summary>Other words in the event's data, one change after the other.</summary>
    public IReadOnlyList<JsonChange> Data { get; private init; } = [];

    public WebhookDisturbance With(WebhookFault fault) => new()
    {
        Delay = Delay + TimeSpan.FromMilliseconds(fault.DelayMs),
        BehindNext = BehindNext || fault.Reorder,
        Repetitions = Repetitions + fault.Repetitions,
        DroppedTries = DroppedTries + fault.DropTries,
        IsLost = IsLost || fault.Lost,
        Data = fault.Data is null ? Data : [.. Data, fault.Data],
    };

    /// <summary>What is left to go wrong after the event has waited and stood back.</summary>
    public WebhookDisturbance OnceOvertaken() => this with { Delay = TimeSpan.Zero, BehindNext = false };
}
