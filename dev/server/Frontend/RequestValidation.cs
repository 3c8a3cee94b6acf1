using System.Text;
using EmbeddedTemporal.History;
using EmbeddedTemporal.Namespaces;
using EmbeddedTemporal.Time;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Holds requests against the rules before anything of them takes effect, with the real server's words.</summary>
internal sealed class RequestValidation(NamespaceRegistry namespaces, ServerLimits limits, Action<string, SearchAttributes?> validateSearchAttributes)
{
    /// <summary>The longest name or id, in bytes of UTF-8 (real server: limit.maxIDLength).</summary>
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
        Length(request.RequestId, "RequestId");
        Blob(request.Input);
        That((request.Memo?.CalculateSize() ?? 0) <= limits.MemoBytes, "Memo size exceeds limit.");
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

    /// <summary>Refuses an input that is too large.</summary>
    public void Blob(IMessage? blob) => That(!IsTooLarge(blob), "Blob data size exceeds limit.");

    /// <summary>Whether a blob is larger than any may be.</summary>
    public bool IsTooLarge(IMessage? blob) => blob is not null && blob.CalculateSize() > limits.BlobBytes;

    /// <summary>Answers the failure, or what is left of one that is too large.</summary>
    public Failure? Fitting(Failure? failure)
    {
        if (!IsTooLarge(failure))
        {
            return failure;
        }

        string Cut(string text) => text.Length > limits.BlobWarnBytes / 4 ? text[..(limits.BlobWarnBytes / 4)] : text;
        var exceeds = ServiceErrors.ServerFailure("Failure exceeds size limit.");
        exceeds.Cause = new Failure
        {
            Message = Cut(failure!.Message),
            Source = Cut(failure.Source),
            StackTrace = Cut(failure.StackTrace),
            ServerFailureInfo = new() { NonRetryable = failure.ApplicationFailureInfo?.NonRetryable ?? false },
        };
        return exceeds;
    }

    public static void Name(string? value, string what)
    {
        That(!string.IsNullOrEmpty(value), $"{what} is not set on request.");
        Length(value!, what);
    }

    /// <summary>Refuses an id that is too long; empty is well.</summary>
    public static void Length(string value, string what) => That(Encoding.UTF8.GetByteCount(value) <= LongestId, $"{what} length exceeds limit.");

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
