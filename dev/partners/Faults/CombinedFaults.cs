namespace OrderOrchestration.Partners.Faults;

/// <summary>The combined effect of all matching rules on one call.</summary>
internal sealed record CallFault
{
    public TimeSpan Latency { get; private init; }

    public Outage? Outage { get; private init; }

    public int? Status { get; private init; }

    public int? RetryAfterSeconds { get; private init; }

    public LostAnswer? LostAnswer { get; private init; }

    /// <summary>Changes of the response body, applied in order.</summary>
    public IReadOnlyList<JsonChange> Answer { get; private init; } = [];

    public CallFault With(FaultRule rule, SeededRandom random) => this with
    {
        Latency = Latency + TimeSpan.FromMilliseconds(rule.LatencyMs + (rule.JitterMs * random.Next())),
        Outage = Outage ?? rule.Outage,
        Status = Status ?? rule.Status,
        RetryAfterSeconds = RetryAfterSeconds ?? rule.RetryAfterSeconds,
        LostAnswer = LostAnswer ?? rule.LostAnswer,
        Answer = rule.Answer is null ? Answer : [.. Answer, rule.Answer],
    };
}

/// <summary>The combined effect of all matching rules on one event.</summary>
internal sealed record CombinedWebhookFault
{
    public TimeSpan Delay { get; private init; }

    public bool BehindNext { get; private init; }

    public int Repetitions { get; private init; }

    public int DroppedTries { get; private init; }

    public bool IsLost { get; private init; }

    /// <summary>Changes of the event's data, applied in order.</summary>
    public IReadOnlyList<JsonChange> Data { get; private init; } = [];

    public CombinedWebhookFault With(WebhookFault fault) => new()
    {
        Delay = Delay + TimeSpan.FromMilliseconds(fault.DelayMs),
        BehindNext = BehindNext || fault.Reorder,
        Repetitions = Repetitions + fault.Repetitions,
        DroppedTries = DroppedTries + fault.DropTries,
        IsLost = IsLost || fault.Lost,
        Data = fault.Data is null ? Data : [.. Data, fault.Data],
    };

    /// <summary>The remaining effects after the delay and the reordering were applied.</summary>
    public CombinedWebhookFault OnceOvertaken() => this with { Delay = TimeSpan.Zero, BehindNext = false };
}
