using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store.Customers;

namespace OrderOrchestration.Api.Access;

/// <summary>Authenticates the guest token that was issued when the guest placed its order, sent as the bearer token.</summary>
internal sealed class GuestTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IGuestTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the authentication scheme, and authentication type of its identities.</summary>
    public new const string Scheme = "guest";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerToken.Of(Request) is not { Length: <= BearerToken.LongestGuestToken } token)
        {
            return AuthenticateResult.NoResult();
        }

        if (await tokens.OrderOfAsync(token, Context.RequestAborted) is not { } orderId)
        {
            return AuthenticateResult.Fail("The token belongs to no order.");
        }

        var identity = new ClaimsIdentity([new Claim(Caller.GuestOrderClaim, orderId)], Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}

/// <summary>The bearer token of a request.</summary>
internal static class BearerToken
{
    /// <summary>Maximum length of a guest token, characters. Longer bearer tokens are ignored without a database query.</summary>
    public const int LongestGuestToken = 100;

    private const string Prefix = "Bearer ";

    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && header.Length > Prefix.Length ? header[Prefix.Length..].Trim() : null;
    }

    /// <summary>A JSON Web Token has three parts separated by dots; a guest token contains no dot.</summary>
    public static bool IsGuestToken(string token) => !token.Contains('.', StringComparison.Ordinal);
}
