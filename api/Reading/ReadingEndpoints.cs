using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Reading;

/// <summary>Reading orders: one row each, never a workflow.</summary>
internal static class ReadingEndpoints
{
    public static void MapReading(this IEndpointRouteBuilder orders)
    {
        orders.MapGet("/", ListAsync)
            .WithSummary("Lists orders, newest first.")
            .Produces<OrderList>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        orders.MapGet("/{orderId}", GetAsync)
            .WithSummary("The order as it stands.")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound);
        orders.MapGet("/{orderId}/tracking", TrackAsync)
            .WithSummary("The order's shipments with waybill, carrier, state and where they were seen (배송 추적하기).")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] OrderListParameters parameters, ClaimsPrincipal user, IOrderQueries queries, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        if (!caller.IsStaff && (caller.MemberId is null || (parameters.MemberId is { } asked && !caller.IsMember(asked))))
        {
            return Problem.Forbidden();
        }

        var errors = parameters.Read(caller.IsStaff ? parameters.MemberId : caller.MemberId, out var filter);
        if (errors.Count > 0)
        {
            return Problem.Malformed(errors);
        }

        try
        {
            var page = await queries.ListAsync(filter, cancellationToken);
            return TypedResults.Ok(new OrderList(page.Items, page.NextCursor));
        }
        catch (FormatException)
        {
            return ListParameters.BadCursor();
        }
    }

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> GetAsync(
        string orderId, ClaimsPrincipal user, OrderAccess access, CancellationToken cancellationToken)
    {
        var found = await access.FindAsync(user, orderId, cancellationToken);
        return found.Order is { } order ? TypedResults.Ok(order) : found.Problem!;
    }

    private static async Task<Results<Ok<OrderTracking>, ProblemHttpResult>> TrackAsync(
        string orderId, ClaimsPrincipal user, OrderAccess access, CancellationToken cancellationToken)
    {
        var found = await access.FindAsync(user, orderId, cancellationToken);
        return found.Order is { } order ? TypedResults.Ok(new OrderTracking(order.OrderId, order.Shipments)) : found.Problem!;
    }
}

/// <summary>A page of orders.</summary>
public sealed record OrderList(IReadOnlyList<OrderView> Items, string? NextCursor);

/// <summary>Where an order's parcels are.</summary>
public sealed record OrderTracking(string OrderId, IReadOnlyList<ShipmentView> Shipments);
