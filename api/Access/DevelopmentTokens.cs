using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrderOrchestration.Api.Access;

/// <summary>Tokens for the embedded default, signed with a key that lives as long as its process; no deployment has this endpoint.</summary>
public static class DevelopmentTokens
{
    internal const string Issuer = "urn:order-orchestration:development";

    private static readonly HashSet<string> Roles = new(StringComparer.Ordinal) { "customer", "admin", "operator", "seller" };

    /// <summary>A token of one role, good for a day.</summary>
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
        .MapPost("/dev/tokens", (TokenRequest request) => Answer(request, signingKey))
        .WithTags("development")
        .WithSummary("A token for trying things out; exists in dev/host only.")
        .AllowAnonymous();

    private static IResult Answer(TokenRequest request, ReadOnlyMemory<byte> signingKey)
    {
        if (string.IsNullOrWhiteSpace(request.Sub) || request.Role is null || !Roles.Contains(request.Role))
        {
            return Problems.Problem.Malformed("role", "sub must be set and role be one of " + string.Join(", ", Roles));
        }

        return request.Role == "seller" && string.IsNullOrWhiteSpace(request.SellerId)
            ? Problems.Problem.Malformed("sellerId", "a seller's token names its seller")
            : TypedResults.Ok(new TokenAnswer(Create(signingKey, request.Sub, request.Role, request.SellerId)));
    }

    /// <summary>Body of <c>POST /dev/tokens</c>.</summary>
    public sealed record TokenRequest(string? Sub, string? Role, string? SellerId = null);

    /// <summary>Answer of <c>POST /dev/tokens</c>.</summary>
    public sealed record TokenAnswer(string Token);
}
