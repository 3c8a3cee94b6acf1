using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store;

namespace OrderOrchestration.Api.Access;

/// <summary>Recognises the token that a guest got when it placed its order, sent as the bearer token.</summary>
internal sealed class GuestTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IGuestTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerToken.Of(Request) is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        if (await tokens.OrderOfAsync(token, Context.RequestAborted) is not { } orderId)
        {
            return AuthenticateResult.Fail("The token opens no order.");
        }

        var identity = new ClaimsIdentity([new Claim(Caller.GuestOrderClaim, orderId)], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
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
    private const string Prefix = "Bearer ";

    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && header.Length > Prefix.Length ? header[Prefix.Length..].Trim() : null;
    }

    /// <summary>A JSON Web Token has three parts with dots between; a guest's token has no dots.</summary>
    public static bool IsGuestToken(string token) => !token.Contains('.', StringComparison.Ordinal);
}
