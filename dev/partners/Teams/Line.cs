namespace OrderOrchestration.Partners.Teams;

/// <summary>Some units of one product.</summary>
public sealed record Line(string ProductId, long Quantity);
