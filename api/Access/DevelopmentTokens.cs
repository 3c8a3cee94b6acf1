using System.Security.Claims;
using FluentValidation;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Access;

/// <summary>Tokens for the embedded default, signed with a key that is created anew for each process. Deployments do not map this endpoint.</summary>
public static class DevelopmentTokens
{
    internal const string Issuer = "urn:order-orchestration:development";

    private static readonly string[] Roles = ["customer", "admin", "operator", "seller"];
    private static readonly TokenRequestValidator Validator = new();

    /// <summary>Creates a token of one role that expires after one day.</summary>
    public static string Create(ReadOnlyMemory<byte> signingKey, string subject, string role, string? sellerId = null)
    {
        var claims = new List<Claim> { new("sub", subject), new(Caller.RoleClaim, role) };
        if (sellerId is not null)
        {
            claims.Add(new Claim("seller_id", sellerId));
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Issuer,
            Subject = new ClaimsIdentity(claims),
            Expires = DateTime.UtcNow.AddDays(1),
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(signingKey.ToArray()), SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>Adds <c>POST /dev/tokens</c> (contract §1). Only <c>dev/host</c> calls this.</summary>
    public static void MapDevelopmentTokens(this IEndpointRouteBuilder endpoints, ReadOnlyMemory<byte> signingKey) => endpoints
        .MapPost("/dev/tokens", (Delegate)((HttpContext context) => AnswerAsync(context, signingKey)))
        .Accepts<TokenRequest>("application/json")
        .Produces<TokenAnswer>()
        .WithTags("development")
        .WithSummary("Issues a token for development; available in dev/host only.")
        .AllowAnonymous()
        .DisableRateLimiting();

    private static async Task<IResult> AnswerAsync(HttpContext context, ReadOnlyMemory<byte> signingKey)
    {
        var read = await RequestBody.ReadAsync(context, Validator);
        return read.Body is { } request
            ? TypedResults.Ok(new TokenAnswer(Create(signingKey, request.Sub!, request.Role!, request.SellerId)))
            : read.Problem!;
    }

    /// <summary>Body of <c>POST /dev/tokens</c>.</summary>
    public sealed record TokenRequest(string? Sub, string? Role, string? SellerId = null);

    /// <summary>Answer of <c>POST /dev/tokens</c>.</summary>
    public sealed record TokenAnswer(string Token);

    private sealed class TokenRequestValidator : RequestValidator<TokenRequest>
    {
        public TokenRequestValidator()
        {
            RuleFor(request => request.Sub).IsName();
            RuleFor(request => request.Role).Must(role => Roles.Contains(role, StringComparer.Ordinal)).WithMessage("one of " + string.Join(", ", Roles));
            RuleFor(request => request.SellerId).IsOptionalName();
            RuleFor(request => request.SellerId).NotNull().When(request => request.Role == "seller").WithMessage("a seller's token names its seller");
        }
    }
}
