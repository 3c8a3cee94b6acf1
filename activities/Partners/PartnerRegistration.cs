using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OrderOrchestration.Activities.Partners;

/// <summary>Registers a team's typed client: its address, and what guards its calls.</summary>
internal static class PartnerRegistration
{
    /// <summary>No answer of the contract comes near this, bytes: what is larger is a failure of the team, not of our memory.</summary>
    private const int LargestAnswer = 8 * 1024 * 1024;

    public static IServiceCollection AddPartner<TClient>(this IServiceCollection services, string team)
        where TClient : class
    {
        services
            .AddHttpClient<TClient>((provider, http) =>
            {
                http.BaseAddress = provider.GetRequiredService<IOptionsMonitor<PartnerSettings>>().CurrentValue.BaseAddress(team);

                // The pipeline's own time-out ends a call; the client's would only hide which.
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.MaxResponseContentBufferSize = LargestAnswer;
            })
            .AddPartnerResilience(team);
        return services;
    }
}
