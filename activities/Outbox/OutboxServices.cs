using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Partners;

namespace OrderOrchestration.Activities.Outbox;

/// <summary>Registers the relay; the order store is registered separately.</summary>
public static class OutboxServices
{
    /// <summary>Adds the relay as a hosted service: every worker runs one.</summary>
    public static IServiceCollection AddNotificationRelay(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PartnerSettings>().Bind(configuration.GetSection(PartnerSettings.Section));
        services.AddOptions<NotificationRelayOptions>()
            .Bind(configuration.GetSection(NotificationRelayOptions.Section))
            .Validate(
                options => Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true),
                $"A setting of {NotificationRelayOptions.Section} is out of its range.")
            .ValidateOnStart();
        services
            .AddHttpClient<NotificationClient>((provider, http) =>
            {
                http.BaseAddress = provider.GetRequiredService<IOptionsMonitor<PartnerSettings>>().CurrentValue.BaseAddress(NotificationClient.Team);
                http.Timeout = Timeout.InfiniteTimeSpan;
            })
            .AddPartnerResilience(NotificationClient.Team);

        // A new client for each batch: the HTTP client factory renews connections, so that a changed address of the team is found.
        services.AddSingleton<Func<NotificationClient>>(provider => provider.GetRequiredService<NotificationClient>);
        services.AddSingleton<NotificationRelay>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationRelay>());
        return services;
    }
}
