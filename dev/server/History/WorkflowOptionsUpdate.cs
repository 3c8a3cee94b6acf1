using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Validation;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History;

/// <summary>Which options of a run an operator's update leaves in force (real server: api/updateworkflowoptions).</summary>
internal static class WorkflowOptionsUpdate
{
    private const string Override = "versioning_override";
    private const string WholePriority = "priority";

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static void Validate(WorkflowExecutionOptions? options, FieldMask? mask)
    {
        RequestValidation.That(mask is not null, "UpdateMask is required");
        RequestValidation.That(options is not null, "WorkflowExecutionOptions is required");
        var unknown = mask!.Paths.Select(ActivityOptionsUpdate.SnakeCase).FirstOrDefault(path => !FieldMask.IsValid<WorkflowExecutionOptions>(path));
        RequestValidation.That(unknown is null, $"error parsing UpdateMask: proto: invalid path \"{unknown}\" for message \"temporal.api.workflow.v1.WorkflowExecutionOptions\"");
        RequestValidation.That(TaskPriority.Fault(options!.Priority) is null, TaskPriority.Fault(options.Priority) ?? "");
    }

    /// <summary>Applies the masked options and answers all that are then in force. Where nothing changes, nothing is recorded.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT; FAILED_PRECONDITION: the run cannot be pinned to that version.</exception>
    public static WorkflowExecutionOptions Apply(RunTransaction tx, WorkflowExecutionOptions options, FieldMask mask, string identity, TaskQueue queue)
    {
        var asked = WithVersion(tx.State, options);
        VersioningOverrides.Validate(asked.VersioningOverride, queue, tx.State.TaskQueue);
        var inForce = InForce(tx.State);
        var merged = Merge(inForce, asked, [.. mask.Paths.Select(ActivityOptionsUpdate.SnakeCase)]);
        return merged.Equals(inForce) ? merged : tx.UpdateOptions(merged, identity);
    }

    private static WorkflowExecutionOptions InForce(MutableState state) =>
        new() { VersioningOverride = state.Versioning?.Override?.Clone(), Priority = state.Priority?.Clone() };

    /// <summary>A pin without a version means the one that the run is pinned to by itself.</summary>
    private static WorkflowExecutionOptions WithVersion(MutableState state, WorkflowExecutionOptions options)
    {
        if (options.VersioningOverride?.Pinned is not { Version: null } pinned || pinned.Behavior == VersioningOverride.Types.PinnedOverrideBehavior.Unspecified)
        {
            return options;
        }

        if (state.EffectiveBehavior != VersioningBehavior.Pinned)
        {
            throw ServiceErrors.FailedPrecondition(
                $"must specify a specific pinned override version because workflow with id {state.Key.WorkflowId} has behavior {state.EffectiveBehavior} and is not yet pinned to any version");
        }

        var withVersion = options.Clone();
        withVersion.VersioningOverride.Pinned.Version = WorkerVersion.ToProto(state.EffectiveVersion);
        return withVersion;
    }

    private static WorkflowExecutionOptions Merge(WorkflowExecutionOptions inForce, WorkflowExecutionOptions asked, HashSet<string> paths)
    {
        var merged = inForce.Clone();
        var parts = (paths.Contains(Override + ".behavior"), paths.Contains(Override + ".deployment"));
        RequestValidation.That(parts is (true, true) or (false, false), "error applying update_options: versioning_override fields must be updated together");
        if (paths.Contains(Override) || parts is (true, true))
        {
            merged.VersioningOverride = VersioningOverrides.Newest(asked.VersioningOverride);
        }

        if (paths.Contains(WholePriority))
        {
            merged.Priority = asked.Priority?.Clone();
        }

        if (paths.Any(path => path.StartsWith(WholePriority + ".", StringComparison.Ordinal)))
        {
            merged.Priority ??= new Priority();
            merged.Priority.PriorityKey = paths.Contains("priority.priority_key") ? asked.Priority?.PriorityKey ?? 0 : merged.Priority.PriorityKey;
            merged.Priority.FairnessKey = paths.Contains("priority.fairness_key") ? asked.Priority?.FairnessKey ?? "" : merged.Priority.FairnessKey;
            merged.Priority.FairnessWeight = paths.Contains("priority.fairness_weight") ? asked.Priority?.FairnessWeight ?? 0 : merged.Priority.FairnessWeight;
        }

        return merged;
    }
}
