using Temporalio.Api.Update.V1;

namespace EmbeddedTemporal.History.Requests;

/// <summary>Why an update was aborted.</summary>
internal enum UpdateAbort
{
    None,
    Completed,
    Continuing,
    TaskFailed,
}

/// <summary>An admitted update that is not accepted yet.</summary>
internal sealed class AdmittedUpdate(Request request)
{
    public Request Request { get; } = request;

    public string UpdateId => Request.Meta.UpdateId;

    /// <summary>Gets or sets a value indicating whether the update was sent with a workflow task.</summary>
    public bool IsSent { get; set; }

    /// <summary>Gets or sets the outcome of a rejected update.</summary>
    public Outcome? Outcome { get; set; }

    public UpdateAbort Abort { get; set; }
}
