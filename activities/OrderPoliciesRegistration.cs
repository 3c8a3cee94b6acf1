using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Activities;

/// <summary>Registers the policies of domain §3, validated at start, for every host that uses them.</summary>
public static class OrderPoliciesRegistration
{
    public static IServiceCollection AddOrderPolicies(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ImplementationType == typeof(Range)))
        {
            return services;
        }

        services.AddSingleton<IValidateOptions<OrderPolicies>, Range>();
        services.AddOptions<OrderPolicies>().Bind(configuration.GetSection(OrderPolicies.Section)).ValidateOnStart();
        return services;
    }

    private sealed class Range : IValidateOptions<OrderPolicies>
    {
        public ValidateOptionsResult Validate(string? name, OrderPolicies options) =>
            options.Faults() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
