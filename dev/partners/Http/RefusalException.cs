namespace OrderOrchestration.Partners.Http;

/// <summary>A team rejects a call. It is answered as a problem document (RFC 9457), and no state is changed.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="slug">Last part of the problem's <c>type</c>.</param>
/// <param name="detail">One sentence for a reader.</param>
/// <param name="fields">Machine-readable extension members of the problem, by their JSON names.</param>
public sealed class RefusalException(int status, string slug, string detail, params (string Name, object? Value)[] fields) : Exception(detail)
{
    /// <summary>HTTP status of the answer.</summary>
    public int Status => status;

    /// <summary>Last part of the problem's <c>type</c>.</summary>
    public string Slug => slug;

    /// <summary>Extension members of the problem.</summary>
    public IReadOnlyList<(string Name, object? Value)> Fields => fields;

    internal static RefusalException NotFound(string kind, string id) =>
        new(StatusCodes.Status404NotFound, "not-found", $"there is no {kind} '{id}'");

    internal static RefusalException Invalid(string detail) =>
        new(StatusCodes.Status400BadRequest, "invalid-request", detail);

    internal static RefusalException Conflict(string reason, string detail) =>
        new(StatusCodes.Status409Conflict, reason, detail, ("reason", reason));

    internal static RefusalException Unprocessable(string reason, string detail) =>
        new(StatusCodes.Status422UnprocessableEntity, reason, detail, ("reason", reason));

    internal static RefusalException Gone(string reason, string detail) =>
        new(StatusCodes.Status410Gone, reason, detail, ("reason", reason));
}
