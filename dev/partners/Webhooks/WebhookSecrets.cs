using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>Selects the secret that signs a team's events: the configured one, else the stored one of an earlier server, else a new one.</summary>
internal static class WebhookSecrets
{
    /// <exception cref="FormatException">A secret is not <c>whsec_&lt;base64&gt;</c>.</exception>
    public static IReadOnlyDictionary<Team, string> Of(PartnersOptions options, TeamsState state)
    {
        var known = state.Load<KeyValuePair<Team, string>>(Kinds.Secret).ToDictionary();
        var secrets = TeamNames.All.ToDictionary(
            team => team,
            team => options.WebhookSecrets.GetValueOrDefault(team) ?? known.GetValueOrDefault(team) ?? PartnersOptions.NewWebhookSecret());
        foreach (var secret in secrets.Values)
        {
            _ = WebhookSignature.KeyOf(secret);
        }

        foreach (var (team, secret) in secrets)
        {
            state.Keep(Kinds.Secret, team.Slug(), KeyValuePair.Create(team, secret));
        }

        return secrets;
    }
}
