using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Api.Reading;

/// <summary>Reads orders from the store, without a query to a workflow.</summary>
internal static class ReadingEndpoints
{
    private static readonly OrderListValidator Query = new();

    public static void MapReading(this IEndpointRouteBuilder orders)
    {
        orders.MapGet("/", ListAsync)
            .RequireAuthorization(AccessPolicies.OrderLists)
            .WithSummary("Lists orders, newest first.")
            .Produces<OrderList>()
            .ProducesProblems(ProblemTypes.MalformedRequest);
        orders.MapGet("/{orderId}", GetAsync)
            .WithSummary("Returns the order.")
            .ProducesProblems(ProblemTypes.NotFound);
        orders.MapGet("/{orderId}/ledger", LedgerAsync)
            .WithSummary("The order's ledger of won, points, units and coupon, with totals.")
            .ProducesProblems(ProblemTypes.NotFound);
        orders.MapGet("/{orderId}/tracking", TrackAsync)
            .WithSummary("The order's shipments with waybill, carrier, status and scans (배송 추적하기).")
            .ProducesProblems(ProblemTypes.NotFound);
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] OrderListParameters parameters, ClaimsPrincipal user, IOrderQueries queries, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        return !caller.IsStaff && parameters.MemberId is { } asked && !caller.IsMember(asked)
            ? Problem.Forbidden()
            : await Listing.RunAsync(Query, parameters, async () =>
            {
                var page = await queries.ListAsync(parameters.ToFilter(caller.IsStaff ? parameters.MemberId : caller.MemberId), cancellationToken);
                return new OrderList(page.Items, page.NextCursor);
            });
    }

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> GetAsync(
        string orderId, ClaimsPrincipal user, OrderAccess access, CancellationToken cancellationToken)
    {
        var found = await access.FindAsync(user, orderId, cancellationToken);
        return found.Order is { } order ? TypedResults.Ok(order) : found.Problem!;
    }

    private static async Task<Results<Ok<OrderTracking>, ProblemHttpResult>> TrackAsync(
        string orderId, ClaimsPrincipal user, OrderAccess access, IShipmentTracking tracking, CancellationToken cancellationToken)
    {
        var found = await access.FindAsync(user, orderId, cancellationToken);
        if (found.Order is not { } order)
        {
            return found.Problem!;
        }

        var scans = await tracking.ScansAsync(orderId, cancellationToken);
        return TypedResults.Ok(OrderTracking.Of(order, scans));
    }

    private static async Task<Results<Ok<OrderLedgerView>, ProblemHttpResult>> LedgerAsync(
        string orderId, ClaimsPrincipal user, OrderAccess access, IOrderStore store, CancellationToken cancellationToken)
    {
        var found = await access.FindAsync(user, orderId, cancellationToken);
        return found.Problem is { } problem
            ? problem
            : await store.FindSnapshotAsync(orderId, cancellationToken) is { } order
                ? TypedResults.Ok(new OrderLedgerView(order.Ledger, order.LedgerTotals))
                : Problem.NotFound("There is no such order.");
    }
}

/// <summary>A page of orders.</summary>
public sealed record OrderList(IReadOnlyList<OrderView> Items, string? NextCursor);

/// <summary>Where an order's parcels are.</summary>
public sealed record OrderTracking(string OrderId, IReadOnlyList<ShipmentView> Shipments)
{
    /// <summary>Adds the couriers' reports, which are stored separately, to the order's shipments.</summary>
    internal static OrderTracking Of(OrderView order, IReadOnlyList<ShipmentScan> scans)
    {
        var reports = scans.ToLookup(scan => scan.ShipmentId, StringComparer.Ordinal);
        return new OrderTracking(order.OrderId, [.. order.Shipments.Select(shipment => shipment with
        {
            Locations = [.. reports[shipment.ShipmentId]
                .Where(scan => scan.Status is not null)
                .Select(scan => new ShipmentLocation(scan.At, scan.Status!, scan.Location))],
            EstimatedDelivery = reports[shipment.ShipmentId].LastOrDefault(scan => scan.NewDate is not null)?.NewDate ?? shipment.EstimatedDelivery,
        })]);
    }
}

/// <summary>An order's ledger, oldest entry first.</summary>
public sealed record OrderLedgerView(IReadOnlyList<LedgerEntry> Entries, LedgerTotals Totals);
