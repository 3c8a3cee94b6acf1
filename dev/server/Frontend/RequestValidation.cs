using EmbeddedTemporal.History;
using EmbeddedTemporal.Namespaces;
using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Holds requests against the rules before anything of them takes effect, with the real server's words.</summary>
internal sealed class RequestValidation(NamespaceRegistry namespaces, Action<string, SearchAttributes?> validateSearchAttributes)
{
    private const int LongestId = 1000;

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT or NOT_FOUND.</exception>
    public void Namespace(string name) => namespaces.Require(name);

    /// <summary>Checks a start and fills in what the server fills in.</summary>
    public void Start(StartWorkflowExecutionRequest request)
    {
        Namespace(request.Namespace);
        Name(request.WorkflowId, "WorkflowId");
        Name(request.WorkflowType?.Name, "WorkflowType");
        Name(request.TaskQueue?.Name, "TaskQueue");
        That(request.RequestId.Length <= LongestId, "RequestId length exceeds limit.");
        NotNegative(request.WorkflowExecutionTimeout.Span(), "WorkflowExecutionTimeout");
        NotNegative(request.WorkflowRunTimeout.Span(), "WorkflowRunTimeout");
        NotNegative(request.WorkflowTaskTimeout.Span(), "WorkflowTaskTimeout");
        NotNegative(request.WorkflowStartDelay.Span(), "WorkflowStartDelay");
        That(
            request.CronSchedule.Length == 0 || request.WorkflowStartDelay.Span() == TimeSpan.Zero,
            "CronSchedule and WorkflowStartDelay may not be used together.");
        That(CronSchedules.IsValid(request.CronSchedule), "Invalid CronSchedule.");
        if (request.RetryPolicy is { } policy)
        {
            That(RetryPolicies.Fault(policy) is not { } fault, RetryPolicies.Fault(policy) ?? "");
            request.RetryPolicy = RetryPolicies.WithDefaults(policy);
        }

        Policies(request);
        validateSearchAttributes(request.Namespace, request.SearchAttributes);
    }

    public static void Name(string? value, string what)
    {
        That(!string.IsNullOrEmpty(value), $"{what} is not set on request.");
        That(value!.Length <= LongestId, $"{what} length exceeds limit.");
    }

    public static void That(bool condition, string message)
    {
        if (!condition)
        {
            throw ServiceErrors.InvalidArgument(message);
        }
    }

    private static void NotNegative(TimeSpan value, string what) => That(value >= TimeSpan.Zero, $"An invalid {what} is set on request.");

    private static void Policies(StartWorkflowExecutionRequest request)
    {
        var terminates = request.WorkflowIdReusePolicy == WorkflowIdReusePolicy.TerminateIfRunning;
        That(
            !terminates || request.WorkflowIdConflictPolicy == WorkflowIdConflictPolicy.Unspecified,
            "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be used together with a WorkflowIDConflictPolicy.");
        That(
            request.WorkflowIdReusePolicy != WorkflowIdReusePolicy.RejectDuplicate || request.WorkflowIdConflictPolicy != WorkflowIdConflictPolicy.TerminateExisting,
            "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be used together with WorkflowIdConflictPolicy WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING.");
    }
}
