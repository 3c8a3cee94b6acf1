using EmbeddedTemporal.Visibility;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>
/// Size and count limits of commands (real server: workflow_size_checker.go). Exceeding a count limit fails the workflow task, because the next attempt may
/// need less; exceeding a size limit terminates the workflow, because every attempt would send the same blob.
/// </summary>
internal static class CommandLimits
{
    public static void Blob(CommandContext context, IMessage? blob, WorkflowTaskFailedCause cause, string what) =>
        Size(blob?.CalculateSize() ?? 0, context.Limits.BlobBytes, cause, what);

    public static void Blobs<T>(CommandContext context, MapField<string, T> blobs, WorkflowTaskFailedCause cause, string what)
        where T : IMessage =>
        Size(blobs.Sum(entry => entry.Key.Length + entry.Value.CalculateSize()), context.Limits.BlobBytes, cause, what);

    public static void Memo(CommandContext context, Memo? memo, WorkflowTaskFailedCause cause, string what) =>
        Size(memo?.CalculateSize() ?? 0, context.Limits.MemoBytes, cause, what);

    /// <summary>Checks the size of the memo after an upsert.</summary>
    public static void MergedMemo(CommandContext context, Memo upserted, WorkflowTaskFailedCause cause, string what)
    {
        var merged = context.State.Memo.Clone();
        merged.MergeFrom(upserted);
        Memo(context, merged, cause, what);
    }

    /// <summary>Checks the size of the search attributes after an upsert.</summary>
    public static void MergedSearchAttributes(CommandContext context, SearchAttributes upserted, WorkflowTaskFailedCause cause)
    {
        var merged = context.State.SearchAttributes.Clone();
        merged.MergeFrom(upserted);
        try
        {
            SearchAttributeRegistry.ValidateSize(merged);
        }
        catch (RpcException failure)
        {
            throw new CommandException(cause, failure.Status.Detail) { TerminatesWorkflow = true };
        }
    }

    public static void PendingActivities(CommandContext context) => Count(
        context.State.Activities.Count, context.Limits.PendingActivities, "pending activities", WorkflowTaskFailedCause.PendingActivitiesLimitExceeded);

    public static void PendingChildren(CommandContext context) => Count(
        context.State.Children.Count,
        context.Limits.PendingChildren,
        "pending child workflow executions",
        WorkflowTaskFailedCause.PendingChildWorkflowsLimitExceeded);

    public static void PendingSignals(CommandContext context) => Count(
        context.State.ExternalSignals.Count,
        context.Limits.PendingSignals,
        "pending signals to external workflows",
        WorkflowTaskFailedCause.PendingSignalsLimitExceeded);

    public static void PendingCancelRequests(CommandContext context) => Count(
        context.State.ExternalCancels.Count,
        context.Limits.PendingCancelRequests,
        "pending requests to cancel external workflows",
        WorkflowTaskFailedCause.PendingRequestCancelLimitExceeded);

    private static void Count(int pending, int limit, string what, WorkflowTaskFailedCause cause)
    {
        if (pending >= limit)
        {
            throw new CommandException(cause, $"the number of {what}, {pending}, has reached the per-workflow limit of {limit}");
        }
    }

    private static void Size(int size, int limit, WorkflowTaskFailedCause cause, string what)
    {
        if (size > limit)
        {
            throw new CommandException(cause, $"{what} exceeds size limit.") { TerminatesWorkflow = true };
        }
    }
}
