namespace OrderOrchestration.Api.Problems;

/// <summary>
/// Endpoint metadata: the problems specific to this endpoint. Common problems (invalid token, malformed body, too many requests) are derived from other
/// metadata in <see cref="Documents.OpenApiOperations"/>.
/// </summary>
internal sealed record DeclaredProblems(IReadOnlyList<string> Slugs);

/// <summary>Declares problems by their slugs.</summary>
internal static class DeclaredProblemsExtensions
{
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params string[] slugs)
    {
        foreach (var status in slugs.Select(slug => ProblemTypes.All[slug]).Distinct())
        {
            endpoint.ProducesProblem(status);
        }

        return endpoint.WithMetadata(new DeclaredProblems(slugs));
    }
}
