using System.Text.Json.Serialization;
using EmbeddedTemporal.Common;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>The state of the current attempt of a pending activity.</summary>
internal sealed class ActivityAttempt
{
    public int Attempt { get; set; } = 1;

    /// <summary>Gets or sets when this attempt was, or will be, scheduled.</summary>
    public DateTime ScheduledTime { get; set; }

    public DateTime? StartedTime { get; set; }

    public string Identity { get; set; } = "";

    public string RequestId { get; set; } = "";

    /// <summary>Gets or sets the version of the worker that last started the activity, null for an unversioned worker.</summary>
    public WorkerVersion? Version { get; set; }

    /// <summary>Gets or sets a value indicating whether the attempt waits for its retry back-off.</summary>
    public bool IsBackingOff { get; set; }

    public DateTime? LastHeartbeatTime { get; set; }

    [JsonConverter(typeof(ProtobufJsonConverter<Payloads>))]
    public Payloads? HeartbeatDetails { get; set; }

    [JsonConverter(typeof(ProtobufJsonConverter<Failure>))]
    public Failure? LastFailure { get; set; }

    public DateTime? LastAttemptCompleteTime { get; set; }

    /// <summary>Gets or sets a value indicating whether the activity is paused: no attempt is dispatched.</summary>
    public bool IsPaused { get; set; }

    public DateTime? PausedTime { get; set; }

    public string PausedBy { get; set; } = "";

    public string PauseReason { get; set; } = "";

    /// <summary>Gets or sets a value indicating whether a reset was requested while the attempt is running.</summary>
    public bool ResetRequested { get; set; }

    public bool ResetHeartbeats { get; set; }

    /// <summary>Gets or sets the options that replace those of the scheduled event (UpdateActivityOptions).</summary>
    [JsonConverter(typeof(ProtobufJsonConverter<Temporalio.Api.Activity.V1.ActivityOptions>))]
    public Temporalio.Api.Activity.V1.ActivityOptions? Options { get; set; }

    /// <summary>Gets a value indicating whether the attempt has no state beyond the scheduled event.</summary>
    [JsonIgnore]
    public bool IsPristine =>
        Attempt == 1 && StartedTime is null && !IsBackingOff && !IsPaused && !ResetRequested && Options is null && LastFailure is null && HeartbeatDetails is null;

    /// <summary>Clears the heartbeat details and the last heartbeat time.</summary>
    public void ForgetHeartbeats()
    {
        HeartbeatDetails = null;
        LastHeartbeatTime = null;
    }

    /// <summary>Completes a requested reset when the next attempt is prepared.</summary>
    public void EndReset()
    {
        if (ResetHeartbeats)
        {
            ForgetHeartbeats();
        }

        ResetRequested = false;
        ResetHeartbeats = false;
    }
}
