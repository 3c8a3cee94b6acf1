namespace OrderOrchestration.ServiceDefaults.Management;

/// <summary>Where health and metrics are served: an address of their own, or none.</summary>
/// <param name="Url">Configuration <c>Management:Url</c>, such as <c>http://0.0.0.0:8081</c>; empty: with the program's other endpoints.</param>
public sealed record ManagementAddress(string? Url)
{
    /// <summary>The setting; environment <c>Management__Url</c>.</summary>
    public const string Setting = "Management:Url";

    /// <summary>Whether there is an address of its own.</summary>
    public bool IsOwn => !string.IsNullOrWhiteSpace(Url);
}
