using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>Consecutive workflow task failures, which are reported in the search attribute TemporalReportedProblems (real server: 5 in a row).</summary>
internal sealed partial class RunTransaction
{
    private const int ProblemsUntilReported = 5;

    /// <param name="isWritten">Whether the failure has a history event; failures of further attempts have none, and the first one stays reported.</param>
    /// <param name="counts">Whether it counts as a consecutive failure.</param>
    private void RecordProblem(HistoryEvent ended, bool isWritten, bool counts)
    {
        if (isWritten)
        {
            State.Facts.LastProblem = ended.EventType == EventType.WorkflowTaskTimedOut
                ? ["category=WorkflowTaskTimedOut", $"cause=WorkflowTaskTimedOutCause{ended.WorkflowTaskTimedOutEventAttributes.TimeoutType}"]
                : ["category=WorkflowTaskFailed", $"cause=WorkflowTaskFailedCause{ended.WorkflowTaskFailedEventAttributes.Cause}"];
        }

        State.Facts.WorkflowTaskProblems += counts ? 1 : 0;
        if (State.Facts.WorkflowTaskProblems >= ProblemsUntilReported)
        {
            State.Facts.ReportedProblems = State.Facts.LastProblem;
            VisibilityChanged = true;
        }
    }

    private void ClearProblems()
    {
        State.Facts.WorkflowTaskProblems = 0;
        VisibilityChanged |= State.Facts.ReportedProblems is { Count: > 0 };
        State.Facts.ReportedProblems = null;
    }
}
