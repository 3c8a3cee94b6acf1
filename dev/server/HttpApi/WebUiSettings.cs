namespace EmbeddedTemporal.HttpApi;

/// <summary>The settings that the Web UI requests at start. The property names are the UI's.</summary>
/// <param name="DefaultNamespace">The default namespace.</param>
/// <param name="codecEndpoint">The remote codec endpoint that decodes payloads; null for none.</param>
internal sealed record WebUiSettings(string DefaultNamespace, Uri? codecEndpoint = null)
{
    /// <summary>Gets the reported UI server version, by which the UI decides how to escape ids in paths: from 2.23 on, once.</summary>
    public string Version { get; } = "2.38.0";

    public WebUiAuth Auth { get; } = new();

    public WebUiCodec Codec { get; } = new(codecEndpoint?.ToString().TrimEnd('/') ?? string.Empty);

    public string FeedbackURL { get; } = string.Empty;

    public bool ShowTemporalSystemNamespace { get; }

    public bool NavCollapsedByDefault { get; }

    /// <summary>Gets a value indicating whether the UI does not fetch Temporal's news feed: a development machine may be offline.</summary>
    public bool DisableNewsFetch { get; } = true;

    public bool DisableWriteActions { get; }

    public bool WorkflowTerminateDisabled { get; }

    public bool WorkflowCancelDisabled { get; }

    public bool WorkflowSignalDisabled { get; }

    public bool WorkflowUpdateDisabled { get; }

    public bool WorkflowResetDisabled { get; }

    public bool WorkflowPauseDisabled { get; }

    public bool BatchActionsDisabled { get; }

    public bool StartWorkflowDisabled { get; }

    public bool HideWorkflowQueryErrors { get; }

    public bool RefreshWorkflowCountsDisabled { get; }

    public bool ActivityCommandsDisabled { get; }
}

/// <summary>Authentication settings; authentication is disabled.</summary>
internal sealed record WebUiAuth
{
    public bool Enabled { get; }

    public IReadOnlyList<string>? Options { get; }

    public bool RedirectToProvider { get; }
}

/// <summary>Remote codec settings.</summary>
/// <param name="Endpoint">The endpoint without <c>/decode</c>; empty for none.</param>
internal sealed record WebUiCodec(string Endpoint)
{
    public bool PassAccessToken { get; }

    public bool IncludeCredentials { get; }

    public string DefaultErrorMessage { get; } = string.Empty;

    public string DefaultErrorLink { get; } = string.Empty;
}
