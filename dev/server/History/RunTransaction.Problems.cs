using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>Workflow tasks that fail again and again: lists and the Web UI find such runs by a search attribute (real server: 5 in a row).</summary>
internal sealed partial class RunTransaction
{
    private const int ProblemsUntilReported = 5;

    /// <param name="isWritten">Whether history tells of it; of further attempts it does not, and lists go on telling of the first.</param>
    /// <param name="counts">Whether it is one more in a row.</param>
    private void NoteProblem(HistoryEvent ended, bool isWritten, bool counts)
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

    private void EndProblems()
    {
        State.Facts.WorkflowTaskProblems = 0;
        VisibilityChanged |= State.Facts.ReportedProblems is { Count: > 0 };
        State.Facts.ReportedProblems = null;
    }
}
