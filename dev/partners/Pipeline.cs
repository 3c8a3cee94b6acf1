using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Logistics;
using OrderOrchestration.Partners.Members;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Products;
using OrderOrchestration.Partners.Promotions;

namespace OrderOrchestration.Partners;

/// <summary>The way of a request: counted, disturbed by faults, once per idempotency key, answered by a team.</summary>
internal static class Pipeline
{
    public static void Build(WebApplication app, PartnersServer server, PartnersOptions options, IdempotencyMemory memory, CallLog calls)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.Use(next => async context =>
        {
            try
            {
                await next(context);
            }
            finally
            {
                calls.Record(context);
            }
        });
        app.UseMiddleware<FaultMiddleware>(server.Faults, options.TransportTimeProvider);
        app.UseMiddleware<IdempotencyMiddleware>(memory);
        app.UseMiddleware<RefusalMiddleware>();

        ProductEndpoints.Map(Group(app, Team.Product), server.Product);
        PaymentEndpoints.Map(Group(app, Team.Payment), server.Payment);
        LogisticsEndpoints.Map(Group(app, Team.Logistics), server.Logistics);
        MemberEndpoints.Map(Group(app, Team.Member), server.Member);
        PromotionEndpoints.Map(Group(app, Team.Promotion), server.Promotion);
        FinanceEndpoints.Map(Group(app, Team.Finance), server.Finance);
        NotificationEndpoints.Map(Group(app, Team.Notification), server.Notification);
        BackstageEndpoints.Map(app, server);
    }

    private static RouteGroupBuilder Group(WebApplication app, Team team) =>
        app.MapGroup($"/{team.Slug()}").WithMetadata(new TeamCall(team));
}
