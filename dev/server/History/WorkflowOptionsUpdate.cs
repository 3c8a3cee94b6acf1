using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Validation;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History;

/// <summary>Computes the workflow options after UpdateWorkflowExecutionOptions (real server: api/updateworkflowoptions).</summary>
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

    /// <summary>Applies the options of the mask and returns the resulting options. Without a change no event is written.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT; FAILED_PRECONDITION: the run cannot be pinned to that version.</exception>
    public static WorkflowExecutionOptions Apply(RunTransaction tx, WorkflowExecutionOptions options, FieldMask mask, string identity, TaskQueue queue)
    {
        var requested = WithVersion(tx.State, options);
        VersioningOverrides.Validate(requested.VersioningOverride, queue, tx.State.TaskQueue);
        var current = CurrentOptions(tx.State);
        var merged = Merge(current, requested, [.. mask.Paths.Select(ActivityOptionsUpdate.SnakeCase)]);
        return merged.Equals(current) ? merged : tx.UpdateOptions(merged, identity);
    }

    private static WorkflowExecutionOptions CurrentOptions(MutableState state) =>
        new() { VersioningOverride = state.Versioning?.Override?.Clone(), Priority = state.Priority?.Clone() };

    /// <summary>Completes a pinned override without a version with the version that the run is pinned to.</summary>
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

    private static WorkflowExecutionOptions Merge(WorkflowExecutionOptions current, WorkflowExecutionOptions requested, HashSet<string> paths)
    {
        var merged = current.Clone();
        var parts = (paths.Contains(Override + ".behavior"), paths.Contains(Override + ".deployment"));
        RequestValidation.That(parts is (true, true) or (false, false), "error applying update_options: versioning_override fields must be updated together");
        if (paths.Contains(Override) || parts is (true, true))
        {
            merged.VersioningOverride = VersioningOverrides.Newest(requested.VersioningOverride);
        }

        if (paths.Contains(WholePriority))
        {
            merged.Priority = requested.Priority?.Clone();
        }

        if (paths.Any(path => path.StartsWith(WholePriority + ".", StringComparison.Ordinal)))
        {
            merged.Priority ??= new Priority();
            merged.Priority.PriorityKey = paths.Contains("priority.priority_key") ? requested.Priority?.PriorityKey ?? 0 : merged.Priority.PriorityKey;
            merged.Priority.FairnessKey = paths.Contains("priority.fairness_key") ? requested.Priority?.FairnessKey ?? "" : merged.Priority.FairnessKey;
            merged.Priority.FairnessWeight = paths.Contains("priority.fairness_weight") ? requested.Priority?.FairnessWeight ?? 0 : merged.Priority.FairnessWeight;
        }

        return merged;
    }
}
