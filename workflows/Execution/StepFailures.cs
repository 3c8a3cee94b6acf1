using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>What the failure of a step's activity means for the process.</summary>
internal static class StepFailures
{
    extension(ActivityFailureException failure)
    {
        /// <summary>Trying again changes nothing: the team refused, or its answer does not fit what was asked.</summary>
        public bool IsFinal => failure.InnerException is ApplicationFailureException { ErrorType: StepFailureTypes.PartnerRefused or StepFailureTypes.AnswerMismatch };

        /// <summary>The store has a later snapshot than the run.</summary>
        public bool IsSuperseded => failure.InnerException is ApplicationFailureException { ErrorType: StepFailureTypes.OrderSuperseded };

        /// <summary>What went wrong, as an operator reads it; of a timeout the last try's error.</summary>
        public string Reason => failure.InnerException switch
        {
            TimeoutFailureException { InnerException: { } last } => last.Message,
            { } cause => cause.Message,
            _ => failure.Message,
        };
    }
}

/// <summary>The store has a later snapshot than this run: the run takes it up.</summary>
public sealed class OrderSupersededException() : Exception("the store has a later snapshot of the order");
