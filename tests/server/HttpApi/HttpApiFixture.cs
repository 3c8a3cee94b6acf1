using EmbeddedTemporal.HttpApi;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace OrderOrchestration.Tests.Server.HttpApi;

/// <summary>The HTTP API on a free port, with a frontend that notes the request it gets and answers what it was given.</summary>
internal sealed class HttpApiFixture : IAsyncDisposable
{
    private readonly WebApplication app;

    private HttpApiFixture(WebApplication app, HttpClient client)
    {
        this.app = app;
        Client = client;
    }

    public HttpClient Client { get; }

    public MethodDescriptor? Method { get; private set; }

    public IMessage? Request { get; private set; }

    /// <summary>What the frontend answers; null is an empty message.</summary>
    public Func<IMessage, IMessage>? Answer { get; set; }

    public static async Task<HttpApiFixture> StartAsync(HttpApiOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        HttpApiFixture? fixture = null;
        app.UseTemporalHttpApi((method, request, _, _) => fixture!.CallAsync(method, request), options);
        await app.StartAsync();
        fixture = new HttpApiFixture(app, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });
        return fixture;
    }

    public Task<string> GetStringAsync(string path) => Client.GetStringAsync(new Uri(path, UriKind.Relative));

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(new Uri(path, UriKind.Relative));

    public T RequestAs<T>()
        where T : IMessage => (T)Request!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    private Task<IMessage> CallAsync(MethodDescriptor method, IMessage request)
    {
        (Method, Request) = (method, request);
        return Task.FromResult(Answer?.Invoke(request) ?? method.OutputType.Parser.ParseFrom(ByteString.Empty));
    }

    public static Func<IMessage, IMessage> Fail(StatusCode code, string message, IMessage? detail = null) => _ =>
    {
        var status = new Temporalio.Api.Common.V1.GrpcStatus { Code = (int)code, Message = message };
        if (detail is not null)
        {
            status.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(detail));
        }
        throw new RpcException(new Status(code, message), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    };
}
