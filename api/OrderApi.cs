using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Erasure;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Addresses;
using OrderOrchestration.Api.Carts;
using OrderOrchestration.Api.Catalogue;
using OrderOrchestration.Api.Changing;
using OrderOrchestration.Api.Claiming;
using OrderOrchestration.Api.Codec;
using OrderOrchestration.Api.Documents;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Limits;
using OrderOrchestration.Api.Paying;
using OrderOrchestration.Api.PersonalData;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Reading;
using OrderOrchestration.Api.ReceivingEvents;
using OrderOrchestration.Api.Reconciliations;
using OrderOrchestration.Api.Refunding;
using OrderOrchestration.Api.Restoring;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Subscribers;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Api.Timeline;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api;

/// <summary>The order API of contract §1, for any web host: <c>Program.cs</c>, <c>dev/host</c> or a test host.</summary>
public static class OrderApi
{
    /// <summary>
    /// Registers the API's services. A host that uses its own <c>ITemporalClient</c> or <see cref="TimeProvider"/> registers it before this call.
    /// </summary>
    public static WebApplicationBuilder AddOrderApi(this WebApplicationBuilder builder, Action<OrderApiOptions>? configure = null)
    {
        var options = new OrderApiOptions();
        configure?.Invoke(options);
        builder.Services.AddOptions<OrderApiOptions>()
            .Configure(bound => bound.DevelopmentSigningKey = options.DevelopmentSigningKey)
            .BindConfiguration(OrderApiOptions.Section)
            .PostConfigure(bound => configure?.Invoke(bound))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
            ServerLimits.Set(kestrel, context.Configuration.GetValue("Api:MaxBodyBytes", options.MaxBodyBytes)));

        builder.Services.AddOrderStore(builder.Configuration);
        builder.Services.AddOrderActivities(builder.Configuration);
        builder.Services.AddOrderAuthentication(builder.Configuration, options);
        builder.Services.AddRateLimits();
        builder.Services.ConfigureHttpJsonOptions(json => OrderJson.Configure(json.SerializerOptions));
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context => ProblemTypes.Name(context.ProblemDetails));
        builder.Services.AddExceptionHandler<UnhandledExceptions>();
        builder.Services.AddOrderTemporal(builder.Configuration);
        builder.Services.AddOrderTelemetry(builder.Configuration);
        builder.Services.AddOrderDocuments();
        builder.Services.AddSingleton<OrderAccess>();
        builder.Services.AddSingleton<OrderUpdates>();
        builder.Services.AddSingleton<IdempotentRequests>();
        builder.Services.AddHostedService<IdempotencyHousekeeping>();
        builder.Services.AddPlacing(builder.Configuration);
        builder.Services.AddSingleton<TimelineSignals>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<TimelineSignals>());
        builder.Services.AddReceivingEvents();
        builder.Services.AddCarts();
        builder.Services.AddSettlement();
        builder.Services.AddReconciliations();
        builder.Services.AddClaiming();
        builder.Services.AddPersonalDataErasure();
        builder.Services.AddCodec(builder.Configuration);
        return builder;
    }

    /// <summary>Maps every endpoint. The order of the middleware matters: the exception handler and the status code pages enclose all other middleware.</summary>
    public static WebApplication MapOrderApi(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true });
        app.UseStatusCodePages();
        app.UseSecurityHeaders();
        app.UseRequestTarget();
        app.UseHeadRequests();
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();

        var v1 = app.MapGroup("/v1").ValidateRouteNames().RecordStaffActions();
        v1.MapPlacing();
        var orders = v1.MapGroup("/orders").WithTags("orders").RequireAuthorization(AccessPolicies.Orders);
        orders.MapReading();
        orders.MapTimeline();
        orders.MapPaying();
        orders.MapChanging();
        orders.MapRefunding();
        orders.MapClaiming();
        orders.MapRestoring();
        v1.MapRefundApproval();
        v1.MapCarts();
        v1.MapAddresses();
        v1.MapSettlements();
        v1.MapStatements();
        v1.MapPayouts();
        v1.MapReconciliations();
        v1.MapReceivingEvents();
        v1.MapCatalogue();
        v1.MapSubscribers();
        v1.MapPersonalData();
        v1.MapCodec();
        app.MapOperations();
        app.MapDocuments();
        return app;
    }
}
