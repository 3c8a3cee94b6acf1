using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>Workflow tasks that fail again and again: lists and the Web UI find such runs by a search attribute (real server: 5 in a row).</summary>
internal sealed partial class RunTransaction
{
    private const int ProblemsUntilReported = 5;

    private void NoteProblem(HistoryEvent ended)
    {
        State.Facts.WorkflowTaskProblems++;
        if (State.Facts.WorkflowTaskProblems < ProblemsUntilReported)
        {
            return;
        }

        State.Facts.ReportedProblems = ended.EventType == EventType.WorkflowTaskTimedOut
            ? ["category=WorkflowTaskTimedOut", $"cause=WorkflowTaskTimedOutCause{ended.WorkflowTaskTimedOutEventAttributes.TimeoutType}"]
            : ["category=WorkflowTaskFailed", $"cause=WorkflowTaskFailedCause{ended.WorkflowTaskFailedEventAttributes.Cause}"];
        VisibilityChanged = true;
    }

    private void EndProblems()
    {
        State.Facts.WorkflowTaskProblems = 0;
        VisibilityChanged |= State.Facts.ReportedProblems is { Count: > 0 };
        State.Facts.ReportedProblems = null;
    }
}
