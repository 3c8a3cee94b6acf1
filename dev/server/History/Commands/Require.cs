using System.Text;
using EmbeddedTemporal.Time;
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

    public static void NotNegative(Duration? value, WorkflowTaskFailedCause cause, string what) =>
        That(value.Span() >= TimeSpan.Zero, cause, $"Invalid {what}.");

    public static void Valid(RetryPolicy? policy, WorkflowTaskFailedCause cause)
    {
        if (RetryPolicies.Fault(policy) is { } fault)
        {
            throw new CommandException(cause, fault);
        }
    }
}
