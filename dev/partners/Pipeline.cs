using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Logistics;
using OrderOrchestration.Partners.Members;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Products;
using OrderOrchestration.Partners.Promotions;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners;

/// <summary>The middleware pipeline: call counts, fault injection, idempotency, problem documents, the teams' endpoints.</summary>
internal static class Pipeline
{
    public static void Build(WebApplication app, PartnersServer server, PartnersOptions options, OncePerKey oncePerKey, CallLog calls)
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
        app.UseMiddleware<FaultMiddleware>(server.Faults, options);
        app.UseMiddleware<IdempotencyMiddleware>();
        app.UseMiddleware<RefusalMiddleware>();

        ProductEndpoints.Map(Group(Team.Product), server.Product);
        PaymentEndpoints.Map(Group(Team.Payment), server.Payment);
        LogisticsEndpoints.Map(Group(Team.Logistics), server.Logistics);
        MemberEndpoints.Map(Group(Team.Member), server.Member);
        PromotionEndpoints.Map(Group(Team.Promotion), server.Promotion);
        FinanceEndpoints.Map(Group(Team.Finance), server.Finance);
        NotificationEndpoints.Map(Group(Team.Notification), server.Notification);
        BackstageEndpoints.Map(app, server);
        ConsoleEndpoints.Map(app, server);

        RouteGroupBuilder Group(Team team) => app.MapGroup($"{options.PathPrefix}/{team.Slug()}").WithMetadata(new TeamCall(team)).AddEndpointFilter(oncePerKey);
    }
}
