using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Subscribers;

/// <summary>Endpoints for operators: the delivery status of the subscribers to our events, and their dead letters. See docs/operations/subscribe.md.</summary>
internal static class SubscriberEndpoints
{
    private static readonly DeadLetterListValidator Query = new();

    public static void MapSubscribers(this IEndpointRouteBuilder v1)
    {
        var subscribers = v1.MapGroup("/subscribers").WithTags("subscribers").RequireAuthorization(AccessPolicies.Staff);
        subscribers.MapGet("/", StatesAsync)
            .WithSummary("Lists the subscribers with their number of orders with undelivered events.")
            .Produces<SubscriberList>();
        subscribers.MapPost("/{subscriber}/redelivery", RedeliverAllAsync)
            .WithSummary("Redelivers all dead letters of a subscriber.")
            .Produces<Redelivery>();

        var letters = v1.MapGroup("/dead-letters").WithTags("subscribers").RequireAuthorization(AccessPolicies.Staff);
        letters.MapGet("/", ListAsync)
            .WithSummary("Lists dead letters, oldest first; each blocks the later events of its order.")
            .Produces<DeadLetterList>()
            .ProducesProblems(ProblemTypes.MalformedRequest);
        letters.MapPost("/{subscriber}/{orderId}/redelivery", RedeliverAsync)
            .WithSummary("Redelivers a dead letter, then the events that it blocked.")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblems(ProblemTypes.NotFound);
        letters.MapDelete("/{subscriber}/{orderId}", DiscardAsync)
            .WithSummary("Discards a dead letter; the events that it blocked are delivered.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblems(ProblemTypes.NotFound);
    }

    private static async Task<IResult> StatesAsync(IDeadLetters letters, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SubscriberList(await letters.SubscribersAsync(cancellationToken)));

    private static async Task<IResult> RedeliverAllAsync(string subscriber, IDeadLetters letters, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Redelivery(await letters.RedeliverAllAsync(subscriber, cancellationToken)));

    private static Task<IResult> ListAsync([AsParameters] DeadLetterListParameters parameters, IDeadLetters letters, CancellationToken cancellationToken) =>
        Listing.RunAsync(Query, parameters, async () =>
        {
            var page = await letters.ListAsync(parameters.Subscriber, InputRules.ReadLimit(parameters.Limit), parameters.Cursor, cancellationToken);
            return new DeadLetterList(page.Items, page.NextCursor);
        });

    private static async Task<IResult> RedeliverAsync(
        string subscriber, string orderId, IDeadLetters letters, CancellationToken cancellationToken) =>
        await letters.RedeliverAsync(subscriber, orderId, cancellationToken) ? TypedResults.StatusCode(StatusCodes.Status202Accepted) : Unknown();

    private static async Task<IResult> DiscardAsync(
        string subscriber, string orderId, IDeadLetters letters, CancellationToken cancellationToken) =>
        await letters.DiscardAsync(subscriber, orderId, cancellationToken) ? TypedResults.NoContent() : Unknown();

    private static ProblemHttpResult Unknown() => Problem.NotFound("There is no such dead letter.");

    /// <summary>Query parameters of <c>GET /v1/dead-letters</c>.</summary>
    internal sealed record DeadLetterListParameters
    {
        public string? Subscriber { get; init; }

        public string? Limit { get; init; }

        public string? Cursor { get; init; }
    }

    private sealed class DeadLetterListValidator : RequestValidator<DeadLetterListParameters>
    {
        public DeadLetterListValidator()
        {
            RuleFor(query => query.Subscriber).IsOptionalName();
            RuleFor(query => query.Limit).IsLimit();
            RuleFor(query => query.Cursor).IsCursor();
        }
    }
}

/// <summary>The subscribers.</summary>
public sealed record SubscriberList(IReadOnlyList<SubscriberState> Items);

/// <summary>A page of dead letters.</summary>
public sealed record DeadLetterList(IReadOnlyList<DeadLetter> Items, string? NextCursor);

/// <summary>The number of dead letters that are delivered again.</summary>
public sealed record Redelivery(int Redelivered);
