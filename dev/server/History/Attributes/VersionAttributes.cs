using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Visibility.Entries;
using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Attributes;

/// <summary>
/// The search attributes of a run's worker version: that of its override or of its last completed workflow task. A transition in progress is ignored
/// (real server: GetWorkerDeploymentVersionSA and related functions).
/// </summary>
/// <param name="UsedVersions">How many versions have completed workflow tasks of the run.</param>
internal sealed record VersionAttributes(string Deployment, string Version, VersioningBehavior Behavior, int UsedVersions)
{
    public const string DeploymentName = "TemporalWorkerDeployment";
    public const string VersionName = "TemporalWorkerDeploymentVersion";
    public const string BehaviorName = "TemporalWorkflowVersioningBehavior";
    public const string UsedVersionsName = "TemporalUsedWorkerDeploymentVersions";

    public static VersionAttributes Of(MutableState state)
    {
        var versioning = state.Versioning;
        var version = versioning?.PinnedOverride ?? versioning?.Version;
        return new(
            version?.Deployment ?? versioning?.DeploymentName ?? "",
            version?.ToString() ?? "",
            versioning?.SettledBehavior ?? VersioningBehavior.Unspecified,
            versioning?.UsedVersions.Count ?? 0);
    }

    /// <summary>Returns the list filter of the running workflows that are pinned to a version, which is drained when there are none.</summary>
    public static string PinnedAndRunning(WorkerVersion version) =>
        $"{VersionName} = '{version.ToString().Replace("'", "''", StringComparison.Ordinal)}' AND {BehaviorName} = 'Pinned' AND ExecutionStatus = 'Running'";

    /// <summary>Adds the search attributes of a run to its visibility record.</summary>
    public static void Add(MutableState state, MapField<string, Payload> fields)
    {
        if (state.Versioning is null)
        {
            return;
        }

        var attributes = Of(state);
        Set(fields, DeploymentName, attributes.Deployment);
        Set(fields, VersionName, attributes.Version);
        Set(fields, BehaviorName, attributes.Behavior == VersioningBehavior.Unspecified ? "" : attributes.Behavior.ToString());
        if (attributes.UsedVersions > 0)
        {
            fields[UsedVersionsName] = SearchAttributePayload.Encode(
                state.Versioning.UsedVersions.Select(version => version.ToString()).ToArray(), IndexedValueType.KeywordList);
        }
    }

    private static void Set(MapField<string, Payload> fields, string name, string value)
    {
        if (value.Length > 0)
        {
            fields[name] = SearchAttributePayload.Encode(value, IndexedValueType.Keyword);
        }
    }
}
