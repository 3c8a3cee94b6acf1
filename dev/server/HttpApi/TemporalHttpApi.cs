using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using OperatorService = Temporalio.Api.OperatorService.V1;
using WorkflowService = Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.HttpApi;

/// <summary>
/// Temporal's HTTP API: every method with a google.api.http annotation, served by the same handlers as gRPC.
/// </summary>
internal sealed class TemporalHttpApi
{
    private const int MaximumBodyBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(70);
    private readonly FrontendCall call;
    private readonly bool shortensPayloads;
    private readonly RequestBinder binder;

    public TemporalHttpApi(FrontendCall call, HttpApiOptions options)
    {
        this.call = call;
        shortensPayloads = !options.WebUi;
        binder = new RequestBinder(Json);
    }

    /// <summary>Gets the routes of both services.</summary>
    public static HttpRoutes Routes { get; } =
        new([.. WorkflowService.ServiceReflection.Descriptor.Services, .. OperatorService.ServiceReflection.Descriptor.Services]);

    /// <summary>Gets the JSON converter of all their messages, and of the error details.</summary>
    public static ProtoJson Json { get; } = new(
    [
        WorkflowService.ServiceReflection.Descriptor,
        OperatorService.ServiceReflection.Descriptor,
        Temporalio.Api.ErrorDetails.V1.MessageReflection.Descriptor,
        Temporalio.Api.Common.V1.GrpcStatusReflection.Descriptor,
    ]);

    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var style = StyleOf(context.Request);
        try
        {
            var match = Routes.Match(context.Request.Method, RawPath(context), out var pathExists) ?? throw new RpcException(pathExists
                ? new Status(StatusCode.Unimplemented, "Method Not Allowed")
                : new Status(StatusCode.NotFound, "Not Found"));
            var request = binder.Bind(match, await ReadBodyAsync(context.Request), context.Request.Query);
            var response = await call(match.Route.Method, request, DateTime.UtcNow + Timeout, context.RequestAborted);
            await WriteAsync(context, StatusCodes.Status200OK, response, style);
        }
        catch (RpcException failed)
        {
            await WriteAsync(context, HttpErrors.ToHttp(failed.StatusCode), HttpErrors.ToStatus(failed), style);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    /// <summary>Returns the path as sent, without unescaping.</summary>
    public static string RawPath(HttpContext context)
    {
        // Only the raw target distinguishes an escaped slash in a workflow id from a path separator.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = target.IndexOf('?', StringComparison.Ordinal);
        return end < 0 ? target : target[..end];
    }

    private static async Task<string> ReadBodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            if (body.Length + read > MaximumBodyBytes)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, "http: request body too large"));
            }
            await body.WriteAsync(buffer.AsMemory(0, read), request.HttpContext.RequestAborted);
        }
        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    private static async Task WriteAsync(HttpContext context, int status, IMessage message, ProtoJsonStyle style)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Json.Write(message, style), context.RequestAborted);
    }

    private ProtoJsonStyle StyleOf(HttpRequest request)
    {
        var accepted = request.Headers.Accept.ToString();
        bool Requests(string parameter, string suffix) => request.Query.ContainsKey(parameter) || accepted.Contains(suffix, StringComparison.OrdinalIgnoreCase);
        return new ProtoJsonStyle(Requests("pretty", "+pretty"), shortensPayloads && !Requests("noPayloadShorthand", "+no-payload-shorthand"));
    }
}
