using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Limits;

/// <summary>
/// Limits the requests of one caller, identified by the token's <c>sub</c> or order, or by the IP address where there is no valid token. Endpoints that
/// disable rate limiting (the teams' signed events, health, metrics) are excluded.
/// </summary>
internal static class RateLimits
{
    private const int Burst = 4;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimitSettings>().BindConfiguration(RateLimitSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitSettings>>((limiter, settings) =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, settings.Value));
            limiter.OnRejected = (rejected, _) => new ValueTask(TooMany(rejected.HttpContext, rejected.Lease).ExecuteAsync(rejected.HttpContext));
        });
        services.AddSingleton<StreamLimit>();
        services.AddSingleton<OrderLimit>();
    }

    /// <summary>Answers 429 for a caller above its rate.</summary>
    public static ProblemHttpResult TooMany(HttpContext context, RateLimitLease lease) =>
        TooMany(context, lease, "This caller sends more than it may; wait and send again.");

    /// <summary>Answers 429 for another limit than the caller's rate.</summary>
    public static ProblemHttpResult TooMany(HttpContext context, RateLimitLease lease, string detail)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var known) ? known : Second;
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Problem.Of(StatusCodes.Status429TooManyRequests, ProblemTypes.TooManyRequests, detail);
    }

    /// <summary>The partition that a request is counted in.</summary>
    public static string NameOf(HttpContext context) => Caller.Of(context.User).Name ?? "address:" + context.Connection.RemoteIpAddress;

    private static RateLimitPartition<string> Partition(HttpContext context, RateLimitSettings settings)
    {
        var caller = Caller.Of(context.User);
        var rate = caller.IsStaff ? settings.Staff : caller.IsKnown ? settings.Customer : settings.Anonymous;
        return RateLimitPartition.GetTokenBucketLimiter(NameOf(context), _ => Bucket(rate));
    }

    // Tokens are replenished every 100 ms where a tenth of the rate is a whole number, else every second.
    private static TokenBucketRateLimiterOptions Bucket(int rate)
    {
        var parts = rate % 10 == 0 ? 10 : 1;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate * Burst,
            TokensPerPeriod = rate / parts,
            ReplenishmentPeriod = parts == 1 ? Second : Short,
            QueueLimit = 0,
        };
    }
}
