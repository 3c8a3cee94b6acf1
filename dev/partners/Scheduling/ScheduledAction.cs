namespace OrderOrchestration.Partners.Scheduling;

/// <summary>A scheduled action in serializable form; the team's handler runs it.</summary>
/// <param name="Verb">The action.</param>
/// <param name="Of">The id of the payment, shipment, … that it applies to.</param>
/// <param name="Detail">Additional input of the action.</param>
internal sealed record ScheduledAction(string Verb, string Of, string? Detail = null)
{
    /// <summary>The step's name in <c>GET /steps</c>.</summary>
    public string Name() => $"{Verb} {Of}";
}
