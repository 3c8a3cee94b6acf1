using System.Text;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Namespaces;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Validation;

/// <summary>Validates requests before they are executed, with the real server's error messages.</summary>
internal sealed class RequestValidation(NamespaceRegistry namespaces, ServerLimits limits, Action<string, SearchAttributes?> validateSearchAttributes)
{
    /// <summary>The longest name or id, in bytes of UTF-8 (real server: limit.maxIDLength).</summary>
    private const int LongestId = 1000;

    /// <summary>The real server's frontend.maxlinksPerRequest and frontend.linkMaxSize.</summary>
    private const int MostLinks = 10;

    private const int LargestLink = 4000;

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT or NOT_FOUND.</exception>
    public void Namespace(string name) => namespaces.Require(name);

    /// <summary>Validates a start request, and fills in the server's defaults.</summary>
    public void Start(StartWorkflowExecutionRequest request)
    {
        Namespace(request.Namespace);
        Name(request.WorkflowId, "WorkflowId");
        if (request.RetryPolicy is { } policy)
        {
            That(RetryPolicies.Fault(policy) is not { } fault, RetryPolicies.Fault(policy) ?? "");
            request.RetryPolicy = RetryPolicies.WithDefaults(policy);
        }

        That(request.CronSchedule.Length == 0 || request.WorkflowStartDelay is null, "CronSchedule and WorkflowStartDelay may not be used together.");
        DurationValidation.Require(request.WorkflowStartDelay, "An invalid WorkflowStartDelaySeconds is set on request.");
        That(CronSchedules.IsValid(request.CronSchedule), "Invalid CronSchedule.");
        Name(request.WorkflowType?.Name, "WorkflowType");
        TaskQueueNames.Require(request.TaskQueue);
        DurationValidation.Require(request.WorkflowExecutionTimeout, "An invalid WorkflowExecutionTimeoutSeconds is set on request.");
        DurationValidation.Require(request.WorkflowRunTimeout, "An invalid WorkflowRunTimeoutSeconds is set on request.");
        DurationValidation.Require(request.WorkflowTaskTimeout, "An invalid WorkflowTaskTimeoutSeconds is set on request.");
        Length(request.RequestId, "RequestId");
        if (request.RequestId.Length == 0)
        {
            request.RequestId = Guid.NewGuid().ToString();
        }

        Blob(request.Input);
        That((request.Memo?.CalculateSize() ?? 0) <= limits.MemoBytes, "Memo size exceeds limit.");
        That(
            request.OnConflictOptions is not { AttachCompletionCallbacks: true, AttachRequestId: false },
            "attaching request ID is required for attaching completion callbacks");
        Callbacks(request.CompletionCallbacks);
        Links(request.Links);
        That(TaskPriority.Fault(request.Priority) is not { } invalid, TaskPriority.Fault(request.Priority) ?? "");
        Policies(request);
        validateSearchAttributes(request.Namespace, request.SearchAttributes);
    }

    /// <summary>Rejects an input above the blob size limit.</summary>
    public void Blob(IMessage? blob) => That(!IsTooLarge(blob), "Blob data size exceeds limit.");

    /// <summary>Whether a blob exceeds the size limit.</summary>
    public bool IsTooLarge(IMessage? blob) => blob is not null && blob.CalculateSize() > limits.BlobBytes;

    /// <summary>Returns the failure, or a truncated one if it exceeds the size limit.</summary>
    public Failure? Fitting(Failure? failure)
    {
        if (!IsTooLarge(failure))
        {
            return failure;
        }

        string Truncate(string text) => text.Length > limits.BlobWarnBytes / 4 ? text[..(limits.BlobWarnBytes / 4)] : text;
        var exceeds = ServiceErrors.ServerFailure("Failure exceeds size limit.");
        exceeds.Cause = new Failure
        {
            Message = Truncate(failure!.Message),
            Source = Truncate(failure.Source),
            StackTrace = Truncate(failure.StackTrace),
            ServerFailureInfo = new() { NonRetryable = failure.ApplicationFailureInfo?.NonRetryable ?? false },
        };
        return exceeds;
    }

    public static void Name(string? value, string what)
    {
        That(!string.IsNullOrEmpty(value), $"{what} is not set on request.");
        Length(value!, what);
    }

    /// <summary>Rejects an id that is too long; an empty one is valid.</summary>
    public static void Length(string value, string what) => That(IsShort(value), $"{what} length exceeds limit.");

    /// <summary>Whether a text is within the length limit of names and ids.</summary>
    public static bool IsShort(string value) => Encoding.UTF8.GetByteCount(value) <= LongestId;

    public static void That(bool condition, string message)
    {
        if (!condition)
        {
            throw ServiceErrors.InvalidArgument(message);
        }
    }

    /// <summary>Requires a workflow id, and a run id that is empty or a UUID.</summary>
    public static void Execution(WorkflowExecution? execution)
    {
        That(execution is not null, "Execution is not set on request.");
        That(execution!.WorkflowId.Length > 0, "WorkflowId is not set on request.");
        That(execution.RunId.Length == 0 || Guid.TryParse(execution.RunId, out _), "Invalid RunId.");
    }

    /// <summary>Rejects incomplete links, and more or larger links than allowed.</summary>
    public static void Links(IReadOnlyCollection<Link> links)
    {
        That(links.Count <= MostLinks, $"cannot attach more than {MostLinks} links per request, got {links.Count}");
        foreach (var link in links)
        {
            That(link.CalculateSize() <= LargestLink, $"link exceeds allowed size of {LargestLink}, got {link.CalculateSize()}");
            switch (link)
            {
                case { WorkflowEvent: { } target }:
                    That(target.Namespace.Length > 0, "workflow event link must not have an empty namespace field");
                    That(target.WorkflowId.Length > 0, "workflow event link must not have an empty workflow ID field");
                    That(target.RunId.Length > 0, "workflow event link must not have an empty run ID field");
                    That(
                        target.EventRef is null or { EventId: 0 } or { EventType: not EventType.Unspecified },
                        "workflow event link ref cannot have an unspecified event type and a non-zero event ID");
                    break;
                case { BatchJob: { } job }:
                    That(job.JobId.Length > 0, "batch job link must not have an empty job ID");
                    break;
                default:
                    throw ServiceErrors.InvalidArgument("unsupported link variant");
            }
        }
    }

    /// <summary>Rejects Nexus callbacks of every address, like a real server without configured callback addresses.</summary>
    private static void Callbacks(IEnumerable<Callback> callbacks)
    {
        foreach (var callback in callbacks)
        {
            That(callback.Nexus is null, $"invalid url: url does not match any configured callback address: {callback.Nexus?.Url}");
        }
    }

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
