using System.Security.Cryptography;
using System.Text;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Converters;

namespace OrderOrchestration.Activities.Temporal;

/// <summary>Sends an event of another team to a workflow as its signal <c>partner-event</c>.</summary>
public static class PartnerEventSignal
{
    /// <param name="subject">The recipient: one event to one subject is one request to Temporal, even if its sender repeats it.</param>
    /// <exception cref="Temporalio.Exceptions.RpcException">NotFound if no workflow with that id runs.</exception>
    public static async Task SendAsync(
        ITemporalClient client, string workflowId, string subject, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        var converter = client.Options.DataConverter.WithSerializationContext(
            new ISerializationContext.Workflow(client.Options.Namespace, workflowId));
        var payload = await converter.ToPayloadAsync(partnerEvent);
        var request = new SignalWorkflowExecutionRequest
        {
            Namespace = client.Options.Namespace,
            WorkflowExecution = new Temporalio.Api.Common.V1.WorkflowExecution { WorkflowId = workflowId },
            SignalName = "partner-event",
            Input = new Payloads { Payloads_ = { payload } },
            Identity = client.Connection.Options.Identity ?? "",
            RequestId = RequestId(subject, partnerEvent),
            Header = await TraceHeaders.CurrentAsync(converter),
        };
        await client.WorkflowService.SignalWorkflowExecutionAsync(request, new RpcOptions { CancellationToken = cancellationToken });
    }

    private static string RequestId(string subject, PartnerEvent partnerEvent)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{subject}\n{partnerEvent.Source}\n{partnerEvent.Id}"));
        return new Guid(hash.AsSpan(0, 16)).ToString();
    }
}
