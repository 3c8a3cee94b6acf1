using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Idempotency;

/// <summary>
/// Runs a request once per caller, resource and <c>Idempotency-Key</c> (contract §1). Of requests that arrive together one runs and the others wait
/// for its answer. An answer below 500 is kept for 15 days; a failure on our side is not, so that the caller may try again.
/// </summary>
internal sealed class IdempotentRequests(IIdempotencyStore store, IPersonalData personal, IKeyRing keys, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string Header = "Idempotency-Key";

    /// <summary>What a call that takes a key may answer because of it.</summary>
    public static readonly IReadOnlyList<string> KeyProblems = [ProblemTypes.IdempotencyKeyReused, ProblemTypes.RequestInProgress];

    /// <summary>Begins the ids of orders.</summary>
    public const string OrderPrefix = "o-";

    private const int LongestKey = 255;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(15);

    /// <summary>Runs or repeats. Where no key is sent the request runs unprotected.</summary>
    public Task<IResult> RunAsync(HttpContext context, string resourcePrefix, Func<IdempotentRun, Task<IResult>> run) =>
        RunAsync(context, required: false, guestPhone: null, resourcePrefix, run);

    /// <summary>Runs or repeats.</summary>
    /// <param name="required">Whether a request without a key is refused; otherwise it runs unprotected.</param>
    /// <param name="guestPhone">Tells guests without a token apart.</param>
    /// <param name="run">
    /// Does the work. It gets the id of what it creates, which is the same if the work is taken up again after a crash, and a token that the
    /// caller's leaving does not cancel: nobody asks for half an order.
    /// </param>
    public async Task<IResult> RunAsync(
        HttpContext context, bool required, string? guestPhone, string resourcePrefix, Func<IdempotentRun, Task<IResult>> run)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        limit.CancelAfter(RunLimit);
        var fresh = resourcePrefix + Guid.CreateVersion7().ToString("N");
        var key = context.Request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            return required
                ? Problem.Of(StatusCodes.Status400BadRequest, ProblemTypes.IdempotencyKeyMissing, $"This call takes the header {Header}.")
                : await run(new IdempotentRun(fresh, fresh, TakenUp: false, limit.Token));
        }

        if (key.Length > LongestKey || !Texts.IsLine(key))
        {
            return Problem.Malformed(Header, $"one line of at most {LongestKey} characters is needed");
        }

        var hashes = await keys.OfAsync(DataOwner.Requests, limit.Token);
        var scope = hashes.Hash($"{NameOf(context, guestPhone)}\n{ResourceOf(context)}\n{key}");
        var owner = Guid.NewGuid().ToString("N");
        var claim = await ClaimAsync(scope, hashes.Hash(await RequestBody.FingerprintAsync(context)), fresh, owner, context.RequestAborted);
        return claim.Outcome switch
        {
            IdempotencyOutcome.Run => await RunAndStoreAsync(
                context, new IdempotentRun(claim.ResourceId, scope, claim.ResourceId != fresh, limit.Token), key, owner, run),
            IdempotencyOutcome.Answered => await RevealAsync(KeptAnswer.Unseal(claim.Answer.Span, key, scope), limit.Token),
            IdempotencyOutcome.OtherBody => Problem.Of(
                StatusCodes.Status422UnprocessableEntity, ProblemTypes.IdempotencyKeyReused, "The key was used for another request before."),
            _ => InProgress(context),
        };
    }

    private static string NameOf(HttpContext context, string? guestPhone) =>
        Caller.Of(context.User).Name ?? (guestPhone is null ? "anonymous" : "phone:" + PhoneNumber.Normalise(guestPhone));

    // The endpoint and the values of its route: the same however the address is spelled (a slash at its end, capital letters, escapes).
    private static string ResourceOf(HttpContext context)
    {
        var route = (RouteEndpoint)context.GetEndpoint()!;
        var values = route.RoutePattern.Parameters.Select(part => Uri.EscapeDataString(context.Request.RouteValues[part.Name]?.ToString() ?? ""));
        return $"{context.Request.Method} {route.RoutePattern.RawText} {string.Join('/', values)}";
    }

    private static ProblemHttpResult InProgress(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problem.Of(StatusCodes.Status409Conflict, ProblemTypes.RequestInProgress, "A request under this key still runs.");
    }

    private async Task<IResult> RunAndStoreAsync(
        HttpContext context, IdempotentRun work, string key, string owner, Func<IdempotentRun, Task<IResult>> run)
    {
        var scope = work.CommandId;
        try
        {
            var result = await run(work);
            if (result is Passing passing)
            {
                await store.ReleaseAsync(scope, owner, CancellationToken.None);
                return passing.Result;
            }

            var answer = KeptAnswer.Of(result);
            if (answer.Status < StatusCodes.Status500InternalServerError)
            {
                var kept = answer with { Body = await personal.ProtectAsync(answer.Body, AnsweredAbout(context, work), CancellationToken.None) };
                await store.CompleteAsync(scope, owner, kept.Seal(key, scope), CancellationToken.None);
            }
            else
            {
                await store.ReleaseAsync(scope, owner, CancellationToken.None);
            }

            // The first answer is written from what is kept, so that a repetition is the same to the byte.
            return answer;
        }
        catch
        {
            await store.ReleaseAsync(scope, owner, CancellationToken.None);
            throw;
        }
    }

    // The caller's key may be easy to guess, and it outlives the customer's: persons in an answer are encrypted like everywhere else.
    private static DataOwner AnsweredAbout(HttpContext context, IdempotentRun work) =>
        context.Request.RouteValues["orderId"] is string orderId ? DataOwner.CustomerOf(orderId)
        : work.ResourceId.StartsWith(OrderPrefix, StringComparison.Ordinal) ? DataOwner.CustomerOf(work.ResourceId)
        : context.Request.RouteValues["memberId"] is string memberId ? DataOwner.Member(memberId)
        : DataOwner.System;

    private async Task<KeptAnswer> RevealAsync(KeptAnswer kept, CancellationToken cancellationToken) =>
        kept with { Body = (await personal.RevealAsync([kept.Body], cancellationToken))[0] };

    private async Task<IdempotencyClaim> ClaimAsync(
        string scope, string bodyHash, string fresh, string owner, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(25);
        while (true)
        {
            var claim = await store.ClaimAsync(scope, bodyHash, fresh, owner, Lease, cancellationToken);
            if (claim.Outcome != IdempotencyOutcome.Running || time.GetElapsedTime(started) > WaitLimit)
            {
                return claim;
            }

            // The first request may run in another process: the database is the only place where both meet.
            await Task.Delay(pause, time, cancellationToken);
            pause = TimeSpan.FromMilliseconds(Math.Min(500, pause.TotalMilliseconds * 2));
        }
    }
}

/// <summary>An answer that may be another one in a moment (a team was silent): it is not kept, and the same request runs again.</summary>
internal sealed record Passing(IResult Result) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Result.ExecuteAsync(httpContext);
}

/// <summary>What a request runs under.</summary>
/// <param name="ResourceId">The id of what it creates.</param>
/// <param name="CommandId">Names the caller's command: the same for every run under one key.</param>
/// <param name="TakenUp">An earlier run under the key did not come to its end: what it began may exist.</param>
internal readonly record struct IdempotentRun(string ResourceId, string CommandId, bool TakenUp, CancellationToken Cancellation);
