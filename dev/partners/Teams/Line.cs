namespace OrderOrchestration.Partners.Teams;

/// <summary>A quantity of one product.</summary>
public sealed record Line(string ProductId, long Quantity);
