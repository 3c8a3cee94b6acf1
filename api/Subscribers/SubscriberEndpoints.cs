using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Subscribers;

/// <summary>For operators: how far the subscribers to our events are, and what they did not take. See docs/operations/subscribe.md.</summary>
internal static class SubscriberEndpoints
{
    public static void MapSubscribers(this IEndpointRouteBuilder v1)
    {
        var subscribers = Staff(v1.MapGroup("/subscribers"));
        subscribers.MapGet("/", StatesAsync).WithSummary("The subscribers, and how many orders have events on their way to each.");
        subscribers.MapPost("/{subscriber}/redelivery", RedeliverAllAsync).WithSummary("Delivers all dead letters of a subscriber again.");

        var letters = Staff(v1.MapGroup("/dead-letters"));
        letters.MapGet("/", ListAsync)
            .WithSummary("Events that subscribers did not take, oldest first; each holds back the later events of its order.")
            .Produces<DeadLetterList>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        letters.MapPost("/{subscriber}/{orderId}/redelivery", RedeliverAsync)
            .WithSummary("Delivers a dead letter again, and then what it held back.")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound);
        letters.MapDelete("/{subscriber}/{orderId}", DiscardAsync)
            .WithSummary("Gives the event up for good; what it held back goes on without it.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteGroupBuilder Staff(RouteGroupBuilder group) => group.WithTags("subscribers").RequireAuthorization().AddEndpointFilter(
        async (context, next) => Caller.Of(context.HttpContext.User).IsStaff ? await next(context) : Problem.Forbidden());

    private static async Task<IResult> StatesAsync(IDeadLetters letters, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SubscriberList(await letters.SubscribersAsync(cancellationToken)));

    private static async Task<IResult> RedeliverAllAsync(string subscriber, IDeadLetters letters, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Redelivery(await letters.RedeliverAllAsync(subscriber, cancellationToken)));

    private static async Task<IResult> ListAsync(
        IDeadLetters letters, CancellationToken cancellationToken, string? subscriber = null, string? limit = null, string? cursor = null)
    {
        var errors = new ShapeErrors();
        var size = ListParameters.Limit(limit, errors);
        if (errors.ToDictionary() is { Count: > 0 } wrong)
        {
            return Problem.Malformed(wrong);
        }

        try
        {
            var page = await letters.ListAsync(subscriber, size, cursor, cancellationToken);
            return TypedResults.Ok(new DeadLetterList(page.Items, page.NextCursor));
        }
        catch (FormatException)
        {
            return ListParameters.BadCursor();
        }
    }

    private static async Task<IResult> RedeliverAsync(
        string subscriber, string orderId, IDeadLetters letters, CancellationToken cancellationToken) =>
        await letters.RedeliverAsync(subscriber, orderId, cancellationToken) ? TypedResults.StatusCode(StatusCodes.Status202Accepted) : Unknown();

    private static async Task<IResult> DiscardAsync(
        string subscriber, string orderId, IDeadLetters letters, CancellationToken cancellationToken) =>
        await letters.DiscardAsync(subscriber, orderId, cancellationToken) ? TypedResults.NoContent() : Unknown();

    private static ProblemHttpResult Unknown() => Problem.NotFound("There is no such dead letter.");
}

/// <summary>The subscribers.</summary>
public sealed record SubscriberList(IReadOnlyList<SubscriberState> Items);

/// <summary>A page of dead letters.</summary>
public sealed record DeadLetterList(IReadOnlyList<DeadLetter> Items, string? NextCursor);

/// <summary>How many dead letters are delivered again.</summary>
public sealed record Redelivery(int Redelivered);
