namespace EmbeddedTemporal.HttpApi;

/// <summary>Options of the HTTP server, which serves either the Web UI or the HTTP API.</summary>
public sealed record HttpApiOptions
{
    /// <summary>
    /// Gets a value indicating whether the Web UI is served: the API is under <c>/api/v1</c> with full payloads, and every other path belongs to the UI.
    /// Otherwise the HTTP API is served: both paths of each method, with payload shorthand unless the query has <c>noPayloadShorthand</c>.
    /// </summary>
    public bool WebUi { get; init; }

    /// <summary>Gets the folder of the built Web UI; while it does not exist, or if it is null, a page with instructions is served.</summary>
    public string? WebUiFolder { get; init; }

    /// <summary>Gets a function that returns the remote codec endpoint; called per request, because the codec server may start later than this server.</summary>
    public Func<Uri?>? CodecEndpoint { get; init; }

    /// <summary>Gets the default namespace of the Web UI.</summary>
    public string DefaultNamespace { get; init; } = "default";
}
