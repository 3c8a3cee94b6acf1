using System.Security.Claims;
using OrderOrchestration.Activities.Erasure;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.PersonalData;

/// <summary>Export and erasure of a customer's personal data (contract §6; 개인정보 보호법 §35, §36).</summary>
internal static class PersonalDataEndpoints
{
    public static void MapPersonalData(this IEndpointRouteBuilder v1)
    {
        var member = v1.MapGroup("/members/{memberId}/personal-data").WithTags("personal data").RequireAuthorization(AccessPolicies.MemberOrAdministrator);
        member.MapGet("/", ExportAsync)
            .WithSummary("Exports the member's personal data; after an erasure only its time.")
            .Produces<MemberData>();
        member.MapDelete("/", EraseMemberAsync)
            .WithSummary("Erases the member's personal data by destroying its key. Records with statutory retention (products, amounts, dates) remain, without personal data.")
            .Produces<Erasure>()
            .ProducesProblems(ProblemTypes.OrdersOpen);
        v1.MapDelete("/orders/{orderId}/personal-data", EraseGuestAsync)
            .WithTags("personal data")
            .RequireAuthorization(AccessPolicies.Administrators)
            .WithSummary("Erases a guest order's personal data by destroying its key.")
            .Produces<Erasure>()
            .ProducesProblems(ProblemTypes.NotFound, ProblemTypes.OrdersOpen, ProblemTypes.MembersOrder);
    }

    private static async Task<IResult> ExportAsync(string memberId, ClaimsPrincipal user, PersonalDataExport export, CancellationToken cancellationToken) =>
        TypedResults.Ok(await export.OfMemberAsync(memberId, Actor(user), cancellationToken));

    private static async Task<IResult> EraseMemberAsync(
        string memberId, ClaimsPrincipal user, PersonalDataErasure erasure, CancellationToken cancellationToken) =>
        Answer(await erasure.EraseMemberAsync(memberId, Actor(user), cancellationToken));

    private static async Task<IResult> EraseGuestAsync(
        string orderId, ClaimsPrincipal user, IOrderStore store, PersonalDataErasure erasure, CancellationToken cancellationToken) =>
        await store.FindSnapshotAsync(orderId, cancellationToken) is not { } order ? Problem.NotFound("There is no such order.")
        : order.Request.MemberId is not null ? Problem.Of(
            StatusCodes.Status409Conflict, ProblemTypes.MembersOrder, "The order is a member's: the member's personal data is erased as a whole.")
        : Answer(await erasure.EraseGuestAsync(order, Actor(user), cancellationToken));

    private static IResult Answer(ErasureOutcome outcome) => outcome.Erasure is { } erased
        ? TypedResults.Ok(erased)
        : Problem.Of(
            StatusCodes.Status409Conflict,
            ProblemTypes.OrdersOpen,
            "Orders are open, or their goods may still go back: their customer is needed.",
            [KeyValuePair.Create("orders", (object?)outcome.OpenOrders)]);

    // The audit trail records ids and roles.
    private static string Actor(ClaimsPrincipal user) =>
        Caller.Of(user) is { IsStaff: true } staff ? staff.By : $"member:{Caller.Of(user).MemberId}";
}
