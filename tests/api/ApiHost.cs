using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderOrchestration.Api;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Api;

/// <summary>The real API on Kestrel at a free port, with a store of its own in a temporary folder.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    public const string PaymentSecret = "whsec_cGF5bWVudC1zZWNyZXQtb2YtdGVzdHM=";
    public const string NewPaymentSecret = "whsec_bmV3LXBheW1lbnQtc2VjcmV0LW9mLXRlc3Rz";
    public const string LogisticsSecret = "whsec_bG9naXN0aWNzLXNlY3JldC1vZi10ZXN0cw==";
    public const string FinanceSecret = "whsec_ZmluYW5jZS1zZWNyZXQtb2YtdGVzdHM=";

    public const string MemberSecret = "whsec_bWVtYmVyLXNlY3JldC1vZi10aGUtdGVzdHM=";
    public const string PromotionSecret = "whsec_cHJvbW90aW9uLXNlY3JldC1vZi10ZXN0cy0=";
    public const string ProductSecret = "whsec_cHJvZHVjdC1zZWNyZXQtb2YtdGhlLXRlc3Rz";

    // The address of a team that a test does not configure: nothing listens on that port.
    private const string Nobody = "http://127.0.0.1:9/";

    private static readonly string[] Teams = ["Product", "Payment", "Logistics", "Member", "Promotion", "Finance", "Notification"];

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private static readonly bool RangesAreConverted = ConvertRanges();

    private readonly WebApplication app;
    private readonly DirectoryInfo directory;

    private ApiHost(WebApplication app, DirectoryInfo directory)
    {
        this.app = app;
        this.directory = directory;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Anonymous = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>Where its store is, unless that is PostgreSQL.</summary>
    public string Folder => directory.FullName;

    /// <summary>A client without a token.</summary>
    public HttpClient Anonymous { get; }

    public static async Task<ApiHost> StartAsync(
        Action<IServiceCollection>? services = null, Action<OrderApiOptions>? options = null, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        Assert.That(RangesAreConverted, Is.True);
        var directory = Directory.CreateTempSubdirectory("orders-api-");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Data:Directory"] = directory.FullName,
            ["Partners:Payment:WebhookSecret"] = $"{PaymentSecret} {NewPaymentSecret}",
            ["Partners:Logistics:WebhookSecret"] = LogisticsSecret,
            ["Partners:Member:WebhookSecret"] = MemberSecret,
            ["Partners:Product:WebhookSecret"] = ProductSecret,
            ["Partners:Finance:WebhookSecret"] = FinanceSecret,
            ["Partners:Promotion:WebhookSecret"] = PromotionSecret,
        });
        builder.Configuration.AddInMemoryCollection(Teams.Select(team => KeyValuePair.Create($"Partners:{team}:BaseUrl", (string?)Nobody)));
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.ClearProviders();
        builder.AddOrderApi(api =>
        {
            api.DevelopmentSigningKey = Key;
            options?.Invoke(api);
        });
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapOrderApi();
        app.MapDevelopmentTokens(Key);
        await app.StartAsync();
        return new ApiHost(app, directory);
    }

    public T Service<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>A client whose every request carries a token of this role.</summary>
    public HttpClient As(string role, string subject, string? sellerId = null) =>
        WithToken(DevelopmentTokens.Create(Key, subject, role, sellerId));

    /// <summary>A token of our issuer with just these claims.</summary>
    public static string Sign(params Claim[] claims) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "urn:order-orchestration:development",
        Audience = "urn:order-orchestration:development",
        Claims = claims.ToDictionary(claim => claim.Type, claim => (object)claim.Value),
        Expires = DateTime.UtcNow.AddHours(1),
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Key), SecurityAlgorithms.HmacSha256),
    });

    public HttpClient Customer(string memberId = "m-1") => As("customer", memberId);

    public HttpClient WithToken(string token)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    // A range converts its limits at its first use. Only this process starts several hosts at once, so it converts them beforehand.
    private static bool ConvertRanges()
    {
        var options = new OrderApiOptions();
        return Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true);
    }

    public async ValueTask DisposeAsync()
    {
        Anonymous.Dispose();
        await app.DisposeAsync();
        directory.Delete(recursive: true);
    }
}

/// <summary>Shorthands for HTTP in tests.</summary>
internal static class Http
{
    public static async Task<HttpResponseMessage> PostAsync(
        this HttpClient client, string path, object? body, string? key = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : JsonContent.Create(body, options: OrderJson.Options);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.SendAsync(request, cancellationToken);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());

    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> pending)
    {
        using var response = await pending;
        return await response.JsonAsync();
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static long Won(this JsonElement element, string name) => element.GetProperty(name).GetInt64();

    /// <summary>The last part of a problem's type.</summary>
    public static async Task<string> SlugAsync(this HttpResponseMessage response)
    {
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        var problem = await response.JsonAsync();
        Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo((int)response.StatusCode));
        Assert.That(problem.Text("type"), Does.StartWith("/problems/"));
        return problem.Text("type")["/problems/".Length..];
    }
}
