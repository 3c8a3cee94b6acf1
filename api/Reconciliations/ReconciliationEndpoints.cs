using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Timeline;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Api.Reconciliations;

/// <summary>결제 대사: starts the reconciliation of a day with the payment team by hand, and reads its result.</summary>
internal static class ReconciliationEndpoints
{
    private const int DifferencesPerPage = 100;

    public static void AddReconciliations(this IServiceCollection services)
    {
        services.TryAddSingleton<IReconciliationCommands, TemporalReconciliationCommands>();
        services.AddSingleton<ReconciliationValidator>();
    }

    public static void MapReconciliations(this IEndpointRouteBuilder v1)
    {
        var days = v1.MapGroup("/reconciliations/{day}").WithTags("reconciliation").RequireAuthorization(AccessPolicies.Administrators);
        days.MapPost("/", ReconcileAsync)
            .WithSummary("Compares a day's payments with the payment team's and corrects what can be corrected safely (결제 대사); repeated on each call.")
            .WithDescription("202 where it takes longer than 10 s: it goes on by itself. While one runs, it is met, and no second is begun.")
            .Produces<ReconciliationView>()
            .Produces<ReconciliationView>(StatusCodes.Status202Accepted);
        days.MapGet("/", GetAsync)
            .WithSummary("A day's last reconciliation: both sides' totals, and each difference with its resolution.")
            .Produces<ReconciliationView>()
            .ProducesProblems(ProblemTypes.NotFound);
        days.MapGet("/events", EventsAsync)
            .WithSummary("The day's CloudEvents, oldest first; an order's differences are in the order's timeline.")
            .Produces<CloudEventList>();
        v1.MapGet("/reconciliations/{day}.csv", DownloadAsync)
            .WithTags("reconciliation")
            .RequireAuthorization(AccessPolicies.Administrators)
            .WithSummary("The differences of a day's last reconciliation as CSV.")
            .Produces<string>(StatusCodes.Status200OK, ReconciliationCsv.ContentType)
            .ProducesProblems(ProblemTypes.NotFound);
    }

    private static async Task<IResult> ReconcileAsync(
        string day,
        HttpContext context,
        ReconciliationValidator validator,
        IReconciliationCommands commands,
        IReconciliationQueries queries,
        IOptions<OrderApiOptions> options)
    {
        var asked = new ReconciliationParameters { Day = day };
        if (validator.Errors(asked) is { Count: > 0 } errors)
        {
            return Problem.Malformed(errors);
        }

        var hasEnded = await commands.ReconcileAsync(asked.Date, options.Value.DecisionTimeout, context.RequestAborted);
        var found = await queries.FindAsync(asked.Date, context.RequestAborted) ?? Begun(asked.Date);
        var view = await ViewAsync(hasEnded ? found : found with { Status = ReconciliationStatus.Running }, asked, queries, context.RequestAborted);
        return hasEnded ? TypedResults.Ok(view) : TypedResults.Accepted($"/v1/reconciliations/{day}", view);
    }

    private static async Task<IResult> GetAsync(
        [AsParameters] ReconciliationParameters parameters,
        ReconciliationValidator validator,
        IReconciliationQueries queries,
        CancellationToken cancellationToken)
    {
        if (validator.Errors(parameters) is { Count: > 0 } errors)
        {
            return Problem.Malformed(errors);
        }

        return await queries.FindAsync(parameters.Date, cancellationToken) is { } found
            ? TypedResults.Ok(await ViewAsync(found, parameters, queries, cancellationToken))
            : Problem.NotFound("This day has not been reconciled.");
    }

    private static async Task<IResult> DownloadAsync(
        string day, ReconciliationValidator validator, IReconciliationQueries queries, CancellationToken cancellationToken)
    {
        var asked = new ReconciliationParameters { Day = day };
        return validator.Errors(asked) is { Count: > 0 } errors ? Problem.Malformed(errors)
            : await queries.FindAsync(asked.Date, cancellationToken) is { } found ? new ReconciliationCsv(found, queries)
            : Problem.NotFound("This day has not been reconciled.");
    }

    private static async Task<IResult> EventsAsync(string day, ReconciliationValidator validator, IOrderEvents events, CancellationToken cancellationToken)
    {
        var asked = new ReconciliationParameters { Day = day };
        return validator.Errors(asked) is { Count: > 0 } errors
            ? Problem.Malformed(errors)
            : TypedResults.Ok(await new EventListParameters().ReadAsync(events, ReconciliationTemporal.Subject(asked.Date), cancellationToken));
    }

    private static async Task<ReconciliationView> ViewAsync(
        ReconciledDay found, ReconciliationParameters parameters, IReconciliationQueries queries, CancellationToken cancellationToken)
    {
        var limit = InputRules.ReadLimit(parameters.Limit, DifferencesPerPage);
        var differences = await queries.DifferencesAsync(found.Day, found.Run, parameters.After, limit + 1, cancellationToken);
        var page = differences.Take(limit).ToList();
        return ReconciliationView.Of(found, page, differences.Count > limit ? page[^1].Position.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>A reconciliation that was started and is not stored yet.</summary>
    private static ReconciledDay Begun(DateOnly day) => new(
        day, Run: 0, ReconciliationStatus.Running, StartedAt: default, EndedAt: null, Error: null, ReconciliationTotals.Nothing);
}
