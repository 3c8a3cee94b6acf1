namespace OrderOrchestration.Api.Problems;

/// <summary>
/// The problems that are an endpoint's own; those that any endpoint of its kind may answer (a bad token, a body that cannot be read, too many requests)
/// follow from its kind and are added where it is described.
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
