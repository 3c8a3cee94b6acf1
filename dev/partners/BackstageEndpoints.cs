using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Scenarios;

namespace OrderOrchestration.Partners;

/// <summary>Endpoints for tests and demonstrations that real teams do not have. They are exempt from fault injection and need no idempotency key.</summary>
internal static class BackstageEndpoints
{
    public static void Map(IEndpointRouteBuilder root, PartnersServer server)
    {
        root.MapGet("/books", (string? orderId) => TypedResults.Ok(orderId is null ? server.Books : server.BooksOf(orderId)));
        root.MapGet("/catalogue", () => TypedResults.Ok(
            new { Products = server.Product.All(), Members = server.Member.All(), Coupons = server.Promotion.All() }));
        MapFaults(root, server);
        MapScenario(root, server);
        MapSteps(root, server);
        MapWebhooks(root, server);
    }

    private static void MapFaults(IEndpointRouteBuilder root, PartnersServer server)
    {
        root.MapGet("/faults", () => TypedResults.Ok(new { Rules = server.Faults.Current }));
        root.MapPut("/faults", (FaultsChange change) =>
        {
            server.Faults.Set(change.Rules, change.Seed);
            return TypedResults.Ok(new { Rules = server.Faults.Current });
        });
        root.MapPost("/faults", (FaultsChange change) =>
        {
            server.Faults.Add(change.Rules);
            return TypedResults.Ok(new { Rules = server.Faults.Current });
        });
        root.MapDelete("/faults/{name}", (string name) => server.Faults.Remove(name)
            ? TypedResults.NoContent()
            : throw RefusalException.NotFound("fault", name));
        root.MapDelete("/faults", () =>
        {
            server.Faults.Clear();
            return TypedResults.NoContent();
        });
    }

    private static void MapScenario(IEndpointRouteBuilder root, PartnersServer server)
    {
        root.MapGet("/scenario", () => TypedResults.Ok(Rules(server)));
        root.MapPut("/scenario", (ScenarioChange change) =>
        {
            ScenarioDirector.Apply(server, change);
            return TypedResults.Ok(Rules(server));
        });
        root.MapDelete("/scenario", () =>
        {
            server.Scenarios.Clear();
            return TypedResults.NoContent();
        });
        root.MapPost("/decisions", (PaymentDecision decision) =>
            server.Payment.Decide(decision.PaymentId, decision.Outcome, decision.DeclineCode, decision.Amount)
                ? TypedResults.NoContent()
                : throw RefusalException.Conflict("already-decided", $"payment {decision.PaymentId} is no longer open to that"));
    }

    private static void MapSteps(IEndpointRouteBuilder root, PartnersServer server)
    {
        root.MapGet("/steps", (string? subject) => TypedResults.Ok(server.Steps.Pending(subject)));
        root.MapPost("/steps/next", (string? subject) => server.Steps.RunNext(subject) is { } step
            ? TypedResults.Ok(step)
            : throw RefusalException.NotFound("pending step for", subject ?? "anything"));
        root.MapPost("/steps/{stepId}", (string stepId) => server.Steps.Run(stepId)
            ? TypedResults.NoContent()
            : throw RefusalException.NotFound("pending step", stepId));
    }

    private static void MapWebhooks(IEndpointRouteBuilder root, PartnersServer server)
    {
        root.MapGet("/events", (string? subject) => TypedResults.Ok(server.Webhooks.Deliveries(subject)));
        root.MapPost("/events", (EventByHand message) =>
            TypedResults.Ok(server.Webhooks.Publish(message.Team, message.Type, message.Subject, message.Data)));
        root.MapPost("/events/{eventId}/again", (string eventId) => server.Webhooks.SendAgain(eventId)
            ? TypedResults.NoContent()
            : throw RefusalException.NotFound("event", eventId));
    }

    private static ScenarioChange Rules(PartnersServer server) => new(
        server.Scenarios.Payments,
        server.Scenarios.Shipments,
        server.Scenarios.Pickups,
        server.Scenarios.Payouts,
        Refunds: server.Scenarios.Refunds);
}
