using System.Text;
using EmbeddedTemporal.Validation;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>The checks that commands share (real server: command_attr_validator.go).</summary>
internal static class Require
{
    /// <summary>The longest id or name the real server takes by default.</summary>
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

    /// <summary>Requires a queue that a workflow may name.</summary>
    /// <param name="standIn">The queue that is meant where none is named; empty when one must be.</param>
    public static void TaskQueue(Temporalio.Api.TaskQueue.V1.TaskQueue? queue, WorkflowTaskFailedCause cause, string standIn = "")
    {
        if (TaskQueueNames.Fault(queue, standIn) is { } fault)
        {
            throw new CommandException(cause, fault);
        }
    }

    /// <summary>Requires the workflow's own namespace: commands to others are off by default in the real server too.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: there is no such namespace. The response is refused, and the task goes on.</exception>
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
