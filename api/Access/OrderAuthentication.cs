using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Access;

/// <summary>Authenticates bearer tokens: JSON Web Tokens of the OIDC issuer (or signed with the embedded default's own key), and guest tokens.</summary>
internal static class OrderAuthentication
{
    private const string Bearer = "bearer";
    private const string Jwt = "jwt";

    public static void AddOrderAuthentication(this IServiceCollection services, IConfiguration configuration, OrderApiOptions options)
    {
        var authority = configuration["Auth:Authority"];
        if (string.IsNullOrWhiteSpace(authority) && options.DevelopmentSigningKey.IsEmpty)
        {
            throw new InvalidOperationException(
                "Auth:Authority is not set: name the OIDC issuer whose tokens the API accepts (and Auth:Audience).");
        }

        services.AddAuthentication(Bearer)
            .AddPolicyScheme(Bearer, null, policy => policy.ForwardDefaultSelector = context =>
                BearerToken.Of(context.Request) is { } token && BearerToken.IsGuestToken(token) ? GuestTokenHandler.Scheme : Jwt)
            .AddScheme<AuthenticationSchemeOptions, GuestTokenHandler>(GuestTokenHandler.Scheme, null)
            .AddJwtBearer(Jwt, jwt => Configure(jwt, configuration, options, authority));
        services.AddOrderPolicies();
    }

    // Ids from a token are used in queries, keys and events, so they are validated like ids from a body.
    private static Task ValidateIds(TokenValidatedContext context)
    {
        var user = context.Principal!;
        var seller = user.FindFirst("seller_id")?.Value;
        if (user.FindFirst("sub")?.Value is not { } subject || !Texts.IsName(subject) || (seller is not null && !Texts.IsName(seller)))
        {
            context.Fail("sub or seller_id is no name.");
        }

        return Task.CompletedTask;
    }

    private static void Configure(JwtBearerOptions jwt, IConfiguration configuration, OrderApiOptions options, string? authority)
    {
        jwt.MapInboundClaims = false;
        jwt.Events = new JwtBearerEvents { OnTokenValidated = ValidateIds };
        jwt.TokenValidationParameters = new TokenValidationParameters
        {
            NameClaimType = "sub",
            RoleClaimType = Caller.RoleClaim,
            ClockSkew = TimeSpan.FromSeconds(30),
        };
        if (!string.IsNullOrWhiteSpace(authority))
        {
            jwt.Authority = authority;
            jwt.Audience = configuration["Auth:Audience"];
            jwt.TokenValidationParameters.ValidateAudience = true;
            return;
        }

        jwt.TokenValidationParameters.ValidIssuer = DevelopmentTokens.Issuer;
        jwt.TokenValidationParameters.ValidAudience = DevelopmentTokens.Issuer;
        jwt.TokenValidationParameters.IssuerSigningKey = new SymmetricSecurityKey(options.DevelopmentSigningKey.ToArray());
    }
}
