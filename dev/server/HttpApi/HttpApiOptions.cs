namespace EmbeddedTemporal.HttpApi;

/// <summary>Which of the real server's two HTTP faces is served, and what with.</summary>
public sealed record HttpApiOptions
{
    /// <summary>
    /// Gets a value indicating whether this is the Web UI's address: the API stands under <c>/api/v1</c> with payloads in full, and every
    /// other path is the UI's. Otherwise it is the HTTP API's: both paths of each call, and payloads in their short form unless the query
    /// says <c>noPayloadShorthand</c>.
    /// </summary>
    public bool WebUi { get; init; }

    /// <summary>Gets the folder of the built Web UI; while it is missing (null: for good) a page says how to get it.</summary>
    public string? WebUiFolder { get; init; }

    /// <summary>Gets what tells the Web UI where its remote codec is; asked each time, for it may start later than this server.</summary>
    public Func<Uri?>? CodecEndpoint { get; init; }

    /// <summary>Gets the namespace the Web UI opens with.</summary>
    public string DefaultNamespace { get; init; } = "default";
}
