using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>Registers the event relay; the order store is registered separately.</summary>
public static class SubscriberServices
{
    /// <summary>Adds the relay as a hosted service: every worker runs one. A wrong setting of a subscriber stops the host at its start.</summary>
    public static IServiceCollection AddEventRelay(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EventRelayOptions>()
            .Bind(configuration.GetSection(EventRelayOptions.Section))
            .Validate(
                options => Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true),
                $"A setting of {EventRelayOptions.Section} is out of its range.")
            .Validate(options => options.Lease > options.Timeout, $"{EventRelayOptions.Section}: Lease is longer than Timeout.")
            .ValidateOnStart();
        services.AddHttpClient<EventSender>(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<Func<EventSender>>(provider => provider.GetRequiredService<EventSender>);
        services.AddSingleton(_ => SubscriberSettings.Read(configuration));
        services.AddHostedService<EventRelay>();
        return services;
    }
}
