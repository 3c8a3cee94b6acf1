using System.Text;
using EmbeddedTemporal.Validation;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Shared validation of command attributes (real server: command_attr_validator.go).</summary>
internal static class Require
{
    /// <summary>The longest id or name, in bytes of UTF-8 (the real server's default).</summary>
    public const int LongestName = 1000;

    public static void That(bool condition, WorkflowTaskFailedCause cause, string message)
    {
        if (!condition)
        {
            throw new CommandException(cause, message);
        }
    }

    public static void Name(string? value, WorkflowTaskFailedCause cause, string what)
    {
        That(!string.IsNullOrEmpty(value), cause, $"{what} is not set on command.");
        That(Encoding.UTF8.GetByteCount(value!) <= LongestName, cause, $"{what} length exceeds limit.");
    }

    public static void Duration(Duration? value, WorkflowTaskFailedCause cause, string what)
    {
        if (DurationValidation.Fault(value) is { } fault)
        {
            throw new CommandException(cause, $"Invalid {what}: {fault}.");
        }
    }

    /// <summary>Requires a valid task queue name.</summary>
    /// <param name="standIn">The default when no queue is set; empty when a queue is required.</param>
    public static void TaskQueue(Temporalio.Api.TaskQueue.V1.TaskQueue? queue, WorkflowTaskFailedCause cause, string standIn = "")
    {
        if (TaskQueueNames.Fault(queue, standIn) is { } fault)
        {
            throw new CommandException(cause, fault);
        }
    }

    /// <summary>Requires the workflow's own namespace; cross-namespace commands are disabled, as by default in the real server.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: the namespace does not exist. The completion is rejected, and the task stays started.</exception>
    public static void OwnNamespace(string name, CommandContext context, WorkflowTaskFailedCause cause)
    {
        if (name.Length > 0 && name != context.State.Key.Namespace)
        {
            context.Validation.RequireNamespace(name);
            throw new CommandException(cause, "cross namespace commands are not allowed");
        }
    }

    public static void Valid(RetryPolicy? policy, WorkflowTaskFailedCause cause)
    {
        if (RetryPolicies.Fault(policy) is { } fault)
        {
            throw new CommandException(cause, fault);
        }
    }
}
