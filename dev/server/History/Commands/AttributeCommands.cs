using Grpc.Core;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Markers, search attributes and memo: what a workflow writes down about itself.</summary>
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
        var asked = command.RecordMarkerCommandAttributes;
        Require.Name(asked.MarkerName, WorkflowTaskFailedCause.BadRecordMarkerAttributes, "MarkerName");
        CommandLimits.Blobs(context, asked.Details, WorkflowTaskFailedCause.BadRecordMarkerAttributes, "RecordMarkerCommandAttributes.Details");
        context.Tx.AddEvent(EventType.MarkerRecorded, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.MarkerRecordedEventAttributes = new()
            {
                MarkerName = asked.MarkerName,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Header = asked.Header,
                Failure = asked.Failure,
            };
            e.MarkerRecordedEventAttributes.Details.Add(asked.Details);
        });
    }

    private static void UpsertSearchAttributes(CommandContext context, Command command)
    {
        var asked = command.UpsertWorkflowSearchAttributesCommandAttributes.SearchAttributes;
        Require.That(asked is { IndexedFields.Count: > 0 }, WorkflowTaskFailedCause.BadSearchAttributes, "IndexedFields is not set on command.");
        ValidateSearchAttributes(context, context.State.Key.Namespace, asked, WorkflowTaskFailedCause.BadSearchAttributes);
        CommandLimits.Blobs(context, asked!.IndexedFields, WorkflowTaskFailedCause.BadSearchAttributes, "UpsertWorkflowSearchAttributesCommandAttributes");
        CommandLimits.MergedSearchAttributes(context, asked, WorkflowTaskFailedCause.BadSearchAttributes);
        context.Tx.AddEvent(EventType.UpsertWorkflowSearchAttributes, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.UpsertWorkflowSearchAttributesEventAttributes = new() { WorkflowTaskCompletedEventId = context.CompletedEventId, SearchAttributes = asked };
        });
    }

    private static void ModifyProperties(CommandContext context, Command command)
    {
        var asked = command.ModifyWorkflowPropertiesCommandAttributes.UpsertedMemo;
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadModifyWorkflowPropertiesAttributes;
        Require.That(asked is { Fields.Count: > 0 }, Bad, "attributes are empty.");
        CommandLimits.Blobs(context, asked!.Fields, Bad, "ModifyWorkflowPropertiesCommandAttributes");
        CommandLimits.MergedMemo(context, asked, Bad, "ModifyWorkflowPropertiesCommandAttributes. Memo");
        context.Tx.AddEvent(EventType.WorkflowPropertiesModified, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.WorkflowPropertiesModifiedEventAttributes = new() { WorkflowTaskCompletedEventId = context.CompletedEventId, UpsertedMemo = asked };
        });
    }
}
