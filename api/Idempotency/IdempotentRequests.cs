using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Idempotency;

/// <summary>
/// Runs a request once per caller, path and <c>Idempotency-Key</c> (contract §1). Of requests that arrive together one runs and the others wait
/// for its answer. An answer below 500 is kept for 15 days; a failure on our side is not, so that the caller may try again.
/// </summary>
internal sealed class IdempotentRequests(IIdempotencyStore store, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string Header = "Idempotency-Key";
    private const int LongestKey = 255;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(15);

    /// <summary>Runs or repeats.</summary>
    /// <param name="required">Whether a request without a key is refused; otherwise it runs unprotected.</param>
    /// <param name="run">
    /// Does the work. It gets the id of what it creates, which is the same if the work is taken up again after a crash, and a token that the
    /// caller's leaving does not cancel: half an order is nobody's wish.
    /// </param>
    public async Task<IResult> RunAsync(
        HttpContext context, Caller caller, JsonElement body, bool required, string resourcePrefix, Func<IdempotentRun, Task<IResult>> run)
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

        if (key.Length > LongestKey)
        {
            return Problem.Malformed(Header, $"at most {LongestKey} characters");
        }

        var scope = Hash($"{caller.Scope}\n{context.Request.Path}\n{key}");
        var owner = Guid.NewGuid().ToString("N");
        var claim = await ClaimAsync(scope, HashOf(body), fresh, owner, context.RequestAborted);
        return claim.Outcome switch
        {
            IdempotencyOutcome.Run => await RunAndKeepAsync(
                new IdempotentRun(claim.ResourceId, scope, claim.ResourceId != fresh, limit.Token), key, scope, owner, run),
            IdempotencyOutcome.Answered => KeptAnswer.Unseal(claim.Answer.Span, key, scope),
            IdempotencyOutcome.OtherBody => Problem.Of(
                StatusCodes.Status422UnprocessableEntity, ProblemTypes.IdempotencyKeyReused, "The key was used for another request before."),
            _ => InProgress(context),
        };
    }

    private static ProblemHttpResult InProgress(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problem.Of(StatusCodes.Status409Conflict, ProblemTypes.RequestInProgress, "A request under this key still runs.");
    }

    private async Task<IResult> RunAndKeepAsync(
        IdempotentRun work, string key, string scope, string owner, Func<IdempotentRun, Task<IResult>> run)
    {
        try
        {
            var result = await run(work);
            var answer = KeptAnswer.Of(result);
            if (answer.Status < StatusCodes.Status500InternalServerError)
            {
                await store.CompleteAsync(scope, owner, answer.Seal(key, scope), CancellationToken.None);
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

    // White space and line ends are not part of what is asked.
    private static string HashOf(JsonElement body) =>
        Convert.ToHexStringLower(SHA256.HashData(body.ValueKind == JsonValueKind.Undefined ? [] : JsonSerializer.SerializeToUtf8Bytes(body)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>What a request runs under.</summary>
/// <param name="ResourceId">The id of what it creates.</param>
/// <param name="WishId">Names the caller's wish: the same for every run under one key.</param>
/// <param name="TakenUp">An earlier run under the key did not come to its end: what it began may exist.</param>
internal readonly record struct IdempotentRun(string ResourceId, string WishId, bool TakenUp, CancellationToken Cancellation);
