using Temporalio.Exceptions;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>What a step had done when it failed, where it tells so.</summary>
public static class StepProgress
{
    /// <summary>Looks through a failure and its causes: a time-out has what was last heard of the step, any other failure what it said itself.</summary>
    public static T? In<T>(Exception failure)
        where T : class
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case ApplicationFailureException { Details.Count: > 0 } told:
                    return told.Details.ElementAt<T>(0);
                case TimeoutFailureException { LastHeartbeatDetails.Count: > 0 } heard:
                    return heard.LastHeartbeatDetails.ElementAt<T>(0);
            }
        }

        return null;
    }
}
