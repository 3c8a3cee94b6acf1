namespace OrderOrchestration.Activities.Partners;

/// <summary>The addresses of the other teams: section <c>Partners</c>, environment <c>Partners__TEAM__BaseUrl</c> (contract §4).</summary>
public sealed class PartnerSettings : Dictionary<string, PartnerTeamSettings>
{
    public const string Section = "Partners";

    public PartnerSettings()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    /// <summary>The base address of a team's API with a trailing slash, so that relative paths keep its prefix.</summary>
    /// <exception cref="InvalidOperationException">No address, or no absolute one, is configured for the team.</exception>
    public Uri BaseAddress(string team)
    {
        var configured = TryGetValue(team, out var settings) ? settings.BaseUrl : null;
        return Uri.TryCreate(configured?.TrimEnd('/') + "/", UriKind.Absolute, out var address)
            ? address
            : throw new InvalidOperationException($"Partners:{team}:BaseUrl is not set to an absolute address.");
    }
}

/// <summary>One team's address and the secret that its webhooks are signed with.</summary>
public sealed class PartnerTeamSettings
{
    /// <summary>May carry a path prefix.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Standard Webhooks secret, <c>whsec_…</c>; the API verifies with it.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>How long one call may take.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
