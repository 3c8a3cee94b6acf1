using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>What the failure of a step's activity means for the process.</summary>
internal static class StepFailures
{
    extension(ActivityFailureException failure)
    {
        /// <summary>A retry cannot succeed: the team refused, or its answer does not match the request.</summary>
        public bool IsFinal => failure.InnerException is ApplicationFailureException { ErrorType: StepFailureTypes.PartnerRefused or StepFailureTypes.AnswerMismatch };

        /// <summary>The store has a later snapshot than the run.</summary>
        public bool IsSuperseded => failure.InnerException is ApplicationFailureException { ErrorType: StepFailureTypes.OrderSuperseded };

        /// <summary>The error as shown to operators; of a timeout, the error of the last attempt.</summary>
        public string Reason => failure.InnerException switch
        {
            TimeoutFailureException { InnerException: { } last } => last.Message,
            { } cause => cause.Message,
            _ => failure.Message,
        };
    }
}

/// <summary>The store has a later snapshot than this run: the run has to continue from it.</summary>
public sealed class OrderSupersededException() : Exception("the store has a later snapshot of the order");
