namespace EmbeddedTemporal.Frontend.Transport;

/// <summary>The services' full protobuf names.</summary>
internal static class ServiceNames
{
    public const string Workflow = "temporal.api.workflowservice.v1.WorkflowService";

    public const string Operator = "temporal.api.operatorservice.v1.OperatorService";

    public const string Test = "temporal.api.testservice.v1.TestService";
}
