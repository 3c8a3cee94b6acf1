using Grpc.Core;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>RecordMarker, UpsertWorkflowSearchAttributes and ModifyWorkflowProperties.</summary>
internal static class AttributeCommands
{
    public static void Handle(CommandContext context, Command command)
    {
        switch (command.CommandType)
        {
            case CommandType.RecordMarker:
                RecordMarker(context, command);
                break;
            case CommandType.UpsertWorkflowSearchAttributes:
                UpsertSearchAttributes(context, command);
                break;
            default:
                ModifyProperties(context, command);
                break;
        }
    }

    public static void ValidateSearchAttributes(CommandContext context, string namespaceName, SearchAttributes? attributes, WorkflowTaskFailedCause cause)
    {
        try
        {
            context.Validation.ValidateSearchAttributes(namespaceName, attributes);
        }
        catch (RpcException failure)
        {
            throw new CommandException(cause, failure.Status.Detail);
        }
    }

    private static void RecordMarker(CommandContext context, Command command)
    {
        var requested = command.RecordMarkerCommandAttributes;
        Require.Name(requested.MarkerName, WorkflowTaskFailedCause.BadRecordMarkerAttributes, "MarkerName");
        CommandLimits.Blobs(context, requested.Details, WorkflowTaskFailedCause.BadRecordMarkerAttributes, "RecordMarkerCommandAttributes.Details");
        context.Tx.AddEvent(EventType.MarkerRecorded, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.MarkerRecordedEventAttributes = new()
            {
                MarkerName = requested.MarkerName,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Header = requested.Header,
                Failure = requested.Failure,
            };
            e.MarkerRecordedEventAttributes.Details.Add(requested.Details);
        });
    }

    private static void UpsertSearchAttributes(CommandContext context, Command command)
    {
        var requested = command.UpsertWorkflowSearchAttributesCommandAttributes.SearchAttributes;
        Require.That(requested is { IndexedFields.Count: > 0 }, WorkflowTaskFailedCause.BadSearchAttributes, "IndexedFields is not set on command.");
        ValidateSearchAttributes(context, context.State.Key.Namespace, requested, WorkflowTaskFailedCause.BadSearchAttributes);
        CommandLimits.Blobs(context, requested!.IndexedFields, WorkflowTaskFailedCause.BadSearchAttributes, "UpsertWorkflowSearchAttributesCommandAttributes");
        CommandLimits.MergedSearchAttributes(context, requested, WorkflowTaskFailedCause.BadSearchAttributes);
        context.Tx.AddEvent(EventType.UpsertWorkflowSearchAttributes, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.UpsertWorkflowSearchAttributesEventAttributes = new() { WorkflowTaskCompletedEventId = context.CompletedEventId, SearchAttributes = requested };
        });
    }

    private static void ModifyProperties(CommandContext context, Command command)
    {
        var requested = command.ModifyWorkflowPropertiesCommandAttributes.UpsertedMemo;
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadModifyWorkflowPropertiesAttributes;
        Require.That(requested is { Fields.Count: > 0 }, Bad, "attributes are empty.");
        CommandLimits.Blobs(context, requested!.Fields, Bad, "ModifyWorkflowPropertiesCommandAttributes");
        CommandLimits.MergedMemo(context, requested, Bad, "ModifyWorkflowPropertiesCommandAttributes. Memo");
        context.Tx.AddEvent(EventType.WorkflowPropertiesModified, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.WorkflowPropertiesModifiedEventAttributes = new() { WorkflowTaskCompletedEventId = context.CompletedEventId, UpsertedMemo = requested };
        });
    }
}
