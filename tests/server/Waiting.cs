using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Server;

/// <summary>Waits that end with what they wait for; the test's own time limit ends those that do not.</summary>
internal static class Waiting
{
    /// <summary>Describes a run with all that the server says.</summary>
    public static Task<DescribeWorkflowExecutionResponse> DescribeRawAsync(this WorkflowHandle handle) => handle.Client.WorkflowService.DescribeWorkflowExecutionAsync(
        new() { Namespace = handle.Client.Options.Namespace, Execution = new() { WorkflowId = handle.Id, RunId = handle.RunId ?? "" } });

    /// <summary>Looks at a run until it is as described.</summary>
    public static async Task UntilAsync(this WorkflowHandle handle, Func<DescribeWorkflowExecutionResponse, bool> condition)
    {
        while (!condition(await handle.DescribeRawAsync()))
        {
            await Task.Yield();
        }
    }

    /// <summary>Looks for a run until it is there.</summary>
    public static async Task UntilStartedAsync(this WorkflowHandle handle)
    {
        while (true)
        {
            try
            {
                await handle.DescribeRawAsync();
                return;
            }
            catch (Temporalio.Exceptions.RpcException missing) when (missing.Code == Temporalio.Exceptions.RpcException.StatusCode.NotFound)
            {
                await Task.Yield();
            }
        }
    }
}
