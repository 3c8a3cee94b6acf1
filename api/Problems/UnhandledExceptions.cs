using System.Data.Common;
using System.Text;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Api.Temporal;
using Temporalio.Exceptions;

namespace OrderOrchestration.Api.Problems;

/// <summary>
/// Maps unhandled exceptions to problems. An unreachable Temporal or database is 503, an order with too many updates in flight is 429, a request rejected by
/// Kestrel keeps its status, data that the database cannot store is 400, everything else is 500. A 5xx while the host shuts down is 503. The response contains
/// no exception details; the log entry contains route and order id, no body.
/// </summary>
internal sealed class UnhandledExceptions(IProblemDetailsService problems, IHostApplicationLifetime lifetime, ILogger<UnhandledExceptions> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            return true; // The caller disconnected: no response is sent and nothing is logged.
        }

        var status = StatusOf(exception);
        if (status >= StatusCodes.Status500InternalServerError && lifetime.ApplicationStopping.IsCancellationRequested)
        {
            status = StatusCodes.Status503ServiceUnavailable;
            logger.LogInformation("{Method} {Route} of order {OrderId} was not finished: the program stops", httpContext.Request.Method, RouteOf(httpContext), OrderOf(httpContext));
        }
        else if (status >= StatusCodes.Status500InternalServerError || exception is DbException or EncoderFallbackException)
        {
            logger.LogError(exception, "{Method} {Route} failed for order {OrderId}", httpContext.Request.Method, RouteOf(httpContext), OrderOf(httpContext));
        }

        httpContext.Response.StatusCode = status;
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            httpContext.Response.Headers.RetryAfter = "2";
        }

        var problem = new ProblemDetails { Status = status, Detail = DetailOf(status) };
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    // The exception handler middleware clears the endpoint and route values of the request; its feature has them.
    private static string? RouteOf(HttpContext context) => (context.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText;

    private static object? OrderOf(HttpContext context) =>
        context.Items[OrderLog.OrderId] ?? context.Features.Get<IExceptionHandlerFeature>()?.RouteValues?.GetValueOrDefault("orderId");

    private static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        EncoderFallbackException => StatusCodes.Status400BadRequest,
        DbException database => StoreFailures.KindOf(database) switch
        {
            StoreFailure.Outage => StatusCodes.Status503ServiceUnavailable,
            StoreFailure.Data => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status500InternalServerError,
        },
        OrderBusyException => StatusCodes.Status429TooManyRequests,
        OrdersUnavailableException or OperationCanceledException => StatusCodes.Status503ServiceUnavailable,
        PartnerFailureException { IsTransient: true } => StatusCodes.Status503ServiceUnavailable,
        RpcException { Code: RpcException.StatusCode.Unavailable or RpcException.StatusCode.DeadlineExceeded or RpcException.StatusCode.ResourceExhausted } =>
            StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string DetailOf(int status) => status switch
    {
        StatusCodes.Status503ServiceUnavailable => "A part of the order service cannot be reached; the same request may be sent again.",
        StatusCodes.Status429TooManyRequests => "The order has more requests to answer than it can at a time; send again in a moment.",
        >= 500 => "The request failed for a reason on our side.",
        _ => "The request cannot be read.",
    };
}

/// <summary>Key in <c>HttpContext.Items</c> of the order id for log entries, where the route has none.</summary>
internal static class OrderLog
{
    public const string OrderId = "orderId";
}
