using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Idempotency;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Idempotency;

/// <summary>
/// Runs a request once per caller, resource and <c>Idempotency-Key</c> (contract §1). Of concurrent requests with the same key one runs and the others wait
/// for its response. A response below 500 is stored for 15 days. A response of 500 or above is not stored, so that the caller can retry.
/// </summary>
internal sealed class IdempotentRequests(IIdempotencyStore store, IPersonalData personal, IKeyRing keys, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string Header = "Idempotency-Key";

    /// <summary>The problems that every endpoint with an idempotency key may answer.</summary>
    public static readonly IReadOnlyList<string> KeyProblems = [ProblemTypes.IdempotencyKeyReused, ProblemTypes.RequestInProgress];

    /// <summary>Prefix of order ids.</summary>
    public const string OrderPrefix = "o-";

    private const int MaxKeyLength = 255;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(15);

    /// <summary>Runs the request or returns the stored response. A request without a key runs without idempotency.</summary>
    public Task<IResult> RunAsync(HttpContext context, string resourcePrefix, Func<IdempotentRun, Task<IResult>> run) =>
        RunAsync(context, required: false, guestPhone: null, resourcePrefix, run);

    /// <summary>Runs the request or returns the stored response.</summary>
    /// <param name="required">Whether a request without a key is rejected; otherwise it runs without idempotency.</param>
    /// <param name="guestPhone">Distinguishes guests without a token in the key's scope.</param>
    /// <param name="run">
    /// Does the work. It receives the id of the resource to create, which stays the same when the work is resumed after a crash, and a cancellation token
    /// that a disconnecting caller does not cancel, so that an order is not left half created.
    /// </param>
    public async Task<IResult> RunAsync(
        HttpContext context, bool required, string? guestPhone, string resourcePrefix, Func<IdempotentRun, Task<IResult>> run)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        timeout.CancelAfter(RunLimit);
        var newResourceId = resourcePrefix + Guid.CreateVersion7().ToString("N");
        var key = context.Request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            return required
                ? Problem.Of(StatusCodes.Status400BadRequest, ProblemTypes.IdempotencyKeyMissing, $"This call takes the header {Header}.")
                : await run(new IdempotentRun(newResourceId, newResourceId, IsRepeated: false, timeout.Token));
        }

        if (key.Length > MaxKeyLength || !Texts.IsLine(key))
        {
            return Problem.Malformed(Header, $"one line of at most {MaxKeyLength} characters is needed");
        }

        var hashes = await keys.OfAsync(DataOwner.Requests, timeout.Token);
        var scope = hashes.Hash($"{NameOf(context, guestPhone)}\n{ResourceOf(context)}\n{key}");
        var owner = Guid.NewGuid().ToString("N");
        var claim = await ClaimAsync(scope, hashes.Hash(await RequestBody.FingerprintAsync(context)), newResourceId, owner, context.RequestAborted);
        return claim.Outcome switch
        {
            IdempotencyOutcome.Run => await RunAndStoreAsync(
                context, new IdempotentRun(claim.ResourceId, scope, claim.ResourceId != newResourceId, timeout.Token), key, owner, run),
            IdempotencyOutcome.Answered => await UnprotectAsync(StoredResponse.Unseal(claim.Answer.Span, key, scope), timeout.Token),
            IdempotencyOutcome.OtherBody => Problem.Of(
                StatusCodes.Status422UnprocessableEntity, ProblemTypes.IdempotencyKeyReused, "The key was used for another request before."),
            _ => InProgress(context),
        };
    }

    private static string NameOf(HttpContext context, string? guestPhone) =>
        Caller.Of(context.User).Name ?? (guestPhone is null ? "anonymous" : "phone:" + PhoneNumber.Normalise(guestPhone));

    // The route pattern and its values: independent of the spelling of the URL (trailing slash, letter case, escapes).
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

            var answer = StoredResponse.Of(result);
            if (answer.Status < StatusCodes.Status500InternalServerError)
            {
                var protectedAnswer = answer with { Body = await personal.ProtectAsync(answer.Body, DataOwnerOf(context, work), CancellationToken.None) };
                await store.CompleteAsync(scope, owner, protectedAnswer.Seal(key, scope), CancellationToken.None);
            }
            else
            {
                await store.ReleaseAsync(scope, owner, CancellationToken.None);
            }

            // The first response is written from the stored form, so that a replay is identical byte by byte.
            return answer;
        }
        catch
        {
            await store.ReleaseAsync(scope, owner, CancellationToken.None);
            throw;
        }
    }

    // The idempotency key may be easy to guess, and the stored response may outlive the customer's encryption key. So personal data in it is encrypted as elsewhere.
    private static DataOwner DataOwnerOf(HttpContext context, IdempotentRun work) =>
        context.Request.RouteValues["orderId"] is string orderId ? DataOwner.CustomerOf(orderId)
        : work.ResourceId.StartsWith(OrderPrefix, StringComparison.Ordinal) ? DataOwner.CustomerOf(work.ResourceId)
        : context.Request.RouteValues["memberId"] is string memberId ? DataOwner.Member(memberId)
        : DataOwner.System;

    private async Task<StoredResponse> UnprotectAsync(StoredResponse stored, CancellationToken cancellationToken) =>
        stored with { Body = (await personal.UnprotectAsync([stored.Body], cancellationToken))[0] };

    private async Task<IdempotencyClaim> ClaimAsync(
        string scope, string bodyHash, string newResourceId, string owner, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var pollInterval = TimeSpan.FromMilliseconds(25);
        while (true)
        {
            var claim = await store.ClaimAsync(scope, bodyHash, newResourceId, owner, Lease, cancellationToken);
            if (claim.Outcome != IdempotencyOutcome.Running || time.GetElapsedTime(started) > WaitLimit)
            {
                return claim;
            }

            // The first request may run in another process, so its completion is polled in the database.
            await Task.Delay(pollInterval, time, cancellationToken);
            pollInterval = TimeSpan.FromMilliseconds(Math.Min(500, pollInterval.TotalMilliseconds * 2));
        }
    }
}

/// <summary>A transient response (a team did not answer, a rate limit was reached): it is not stored, and the same request runs again.</summary>
internal sealed record Passing(IResult Result) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Result.ExecuteAsync(httpContext);
}

/// <summary>One run of an idempotent request.</summary>
/// <param name="ResourceId">The id of the resource to create.</param>
/// <param name="CommandId">Identifies the caller's command: the same for every run with one key.</param>
/// <param name="IsRepeated">True if an earlier run with the key did not complete. The resource that it started to create may exist.</param>
internal readonly record struct IdempotentRun(string ResourceId, string CommandId, bool IsRepeated, CancellationToken Cancellation);
