using EmbeddedTemporal.Common;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>
/// Versioning state that follows from history: behavior and version of the last completed workflow task, the override, and inherited information
/// (real server: mutable_state_impl.go). A run that was always unversioned has none.
/// </summary>
internal sealed class VersioningState
{
    public VersioningBehavior Behavior { get; private set; }

    /// <summary>Gets the version of the last completed workflow task, or the inherited one before the first.</summary>
    public WorkerVersion? Version { get; private set; }

    /// <summary>Gets the versioning override in its newest form, or null.</summary>
    public VersioningOverride? Override { get; private set; }

    /// <summary>Gets the initial versioning behavior that the previous run requested on continue-as-new.</summary>
    public ContinueAsNewVersioningBehavior InitialBehavior { get; private set; }

    /// <summary>Gets the inherited revision number of the routing config, zero if none was inherited.</summary>
    public long InheritedRevision { get; private set; }

    /// <summary>Gets the target version whose upgrade the previous run declined, or null.</summary>
    public DeclinedTargetVersionUpgrade? Declined { get; private set; }

    /// <summary>Gets the deployment name of the last worker, which may be unversioned.</summary>
    public string DeploymentName { get; private set; } = "";

    /// <summary>Gets every version that completed a workflow task, oldest first.</summary>
    public List<WorkerVersion> UsedVersions { get; } = [];

    public WorkerVersion? PinnedOverride => WorkerVersion.Of(Override?.Pinned?.Version);

    /// <summary>Gets the versioning behavior, ignoring a transition in progress.</summary>
    public VersioningBehavior SettledBehavior => Override switch
    {
        { AutoUpgrade: true } => VersioningBehavior.AutoUpgrade,
        { Pinned: not null } => VersioningBehavior.Pinned,
        _ => Behavior,
    };

    /// <summary>Gets the version, ignoring a transition in progress.</summary>
    public WorkerVersion? SettledVersion => Override?.Pinned is not null ? PinnedOverride
        : SettledBehavior != VersioningBehavior.Unspecified ? Version
        : null;

    /// <summary>Whether the started event has versioning information.</summary>
    public static bool Concerns(WorkflowExecutionStartedEventAttributes started) =>
        started.VersioningOverride is not null || started.InheritedPinnedVersion is not null || started.InheritedAutoUpgradeInfo is not null;

    /// <summary>Whether a completed workflow task has versioning information.</summary>
    public static bool Concerns(WorkflowTaskCompletedEventAttributes completed) =>
        completed.DeploymentVersion is not null || completed.WorkerDeploymentName.Length > 0 || completed.VersioningBehavior != VersioningBehavior.Unspecified;

    public void Start(WorkflowExecutionStartedEventAttributes started)
    {
        Override = started.VersioningOverride;
        if (started.InheritedPinnedVersion is { } pinned)
        {
            (Version, Behavior) = (WorkerVersion.Of(pinned), VersioningBehavior.Pinned);
            Declined = started.ContinuedExecutionRunId.Length > 0 ? started.DeclinedTargetVersionUpgrade : null;
        }

        if (started.InheritedAutoUpgradeInfo is { } inherited)
        {
            (Version, Behavior) = (WorkerVersion.Of(inherited.SourceDeploymentVersion), VersioningBehavior.AutoUpgrade);
            InheritedRevision = inherited.SourceDeploymentRevisionNumber;
            InitialBehavior = inherited.ContinueAsNewInitialVersioningBehavior;
        }

        DeploymentName = SettledVersion?.Deployment ?? "";
    }

    public void CompleteTask(WorkflowTaskCompletedEventAttributes completed)
    {
        var version = WorkerVersion.Of(completed.DeploymentVersion);
        Behavior = completed.VersioningBehavior;
        Version = Behavior == VersioningBehavior.Unspecified ? null : version;
        DeploymentName = completed.WorkerDeploymentName;
        if (version is not null && !UsedVersions.Contains(version))
        {
            UsedVersions.Add(version);
        }
    }

    public void ChangeOverride(VersioningOverride? changed)
    {
        Override = changed;
        DeploymentName = Override is null ? Version?.Deployment ?? "" : PinnedOverride?.Deployment ?? DeploymentName;
    }
}
