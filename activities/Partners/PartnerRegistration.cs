using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OrderOrchestration.Activities.Partners;

/// <summary>Registers a team's typed client with its address and resilience.</summary>
internal static class PartnerRegistration
{
    /// <summary>
    /// Maximum size of an answer, bytes. Answers of the contract are far smaller; a larger one is a failure of the team, and must not exhaust our
    /// memory.
    /// </summary>
    private const int LargestAnswer = 8 * 1024 * 1024;

    public static IServiceCollection AddPartner<TClient>(this IServiceCollection services, string team)
        where TClient : class
    {
        services
            .AddHttpClient<TClient>((provider, http) =>
            {
                http.BaseAddress = provider.GetRequiredService<IOptionsMonitor<PartnerSettings>>().CurrentValue.BaseAddress(team);

                // The resilience pipeline has the timeout; the client's own would hide which one ended the call.
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.MaxResponseContentBufferSize = LargestAnswer;
            })
            .AddPartnerResilience(team);
        return services;
    }
}
