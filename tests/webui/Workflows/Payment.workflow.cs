using Temporalio.Activities;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.WebUi.Workflows;

/// <summary>A workflow that waits for an activity that failed and will be retried; also run as a child.</summary>
[Workflow]
public sealed class Payment
{
    /// <summary>Always fails.</summary>
    [Activity]
    public static void Charge(string order) => throw new ApplicationFailureException($"the bank says no to {order}", "BankRefusal");

    [WorkflowRun]
    public Task RunAsync(string order) => Workflow.ExecuteActivityAsync(
        () => Charge(order),
        new()
        {
            StartToCloseTimeout = TimeSpan.FromMinutes(1),
            Summary = "Charges the customer",
            // Long enough to be looked at between the first attempt and the second.
            RetryPolicy = new RetryPolicy { InitialInterval = TimeSpan.FromHours(1), MaximumAttempts = 5 },
        });
}
