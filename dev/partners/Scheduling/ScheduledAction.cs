namespace OrderOrchestration.Partners.Scheduling;

/// <summary>What a step does, in words that outlive the process: the team's own handler carries it out.</summary>
/// <param name="Verb">What is done.</param>
/// <param name="Of">The payment, shipment, … it is done to.</param>
/// <param name="Detail">What else must be known by then.</param>
internal sealed record ScheduledAction(string Verb, string Of, string? Detail = null)
{
    /// <summary>How the step is called in <c>GET /steps</c>.</summary>
    public string Name() => $"{Verb} {Of}";
}
