using Temporalio.Api.Update.V1;

namespace EmbeddedTemporal.History.Updates;

/// <summary>Why an update came to nothing.</summary>
internal enum UpdateAbort
{
    None,
    Completed,
    Continuing,
    TaskFailed,
}

/// <summary>An update on its way to the workflow.</summary>
internal sealed class AdmittedUpdate(Request request)
{
    public Request Request { get; } = request;

    public string UpdateId => Request.Meta.UpdateId;

    /// <summary>Gets or sets a value indicating whether a running workflow task carries it.</summary>
    public bool IsSent { get; set; }

    /// <summary>Gets or sets the rejection.</summary>
    public Outcome? Outcome { get; set; }

    public UpdateAbort Abort { get; set; }
}
