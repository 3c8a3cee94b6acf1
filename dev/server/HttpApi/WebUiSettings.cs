namespace EmbeddedTemporal.HttpApi;

/// <summary>What the Web UI asks its server before anything else. The names are the UI's.</summary>
/// <param name="DefaultNamespace">The namespace it opens with.</param>
/// <param name="codecEndpoint">The remote codec that it asks to decode payloads; null for none.</param>
internal sealed record WebUiSettings(string DefaultNamespace, Uri? codecEndpoint = null)
{
    /// <summary>Gets the version that decides how the UI escapes ids in paths: from 2.23 on, once.</summary>
    public string Version { get; } = "2.38.0";

    public WebUiAuth Auth { get; } = new();

    public WebUiCodec Codec { get; } = new(codecEndpoint?.ToString().TrimEnd('/') ?? string.Empty);

    public string FeedbackURL { get; } = string.Empty;

    public bool ShowTemporalSystemNamespace { get; }

    public bool NavCollapsedByDefault { get; }

    /// <summary>Gets a value indicating whether the UI leaves the vendor's news alone: a development machine may have no way there.</summary>
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

/// <summary>No sign-in.</summary>
internal sealed record WebUiAuth
{
    public bool Enabled { get; }

    public IReadOnlyList<string>? Options { get; }

    public bool RedirectToProvider { get; }
}

/// <summary>The remote codec.</summary>
/// <param name="Endpoint">Its address without <c>/decode</c>; empty for none.</param>
internal sealed record WebUiCodec(string Endpoint)
{
    public bool PassAccessToken { get; }

    public bool IncludeCredentials { get; }

    public string DefaultErrorMessage { get; } = string.Empty;

    public string DefaultErrorLink { get; } = string.Empty;
}
