using System.Text;
using EmbeddedTemporal.Common;
using TaskQueue = Temporalio.Api.TaskQueue.V1.TaskQueue;

namespace EmbeddedTemporal.Validation;

/// <summary>Validation of task queue names (real server: tqid/task_queue_validator.go).</summary>
internal static class TaskQueueNames
{
    /// <summary>The longest name, in bytes of UTF-8.</summary>
    private const int Longest = 1000;

    /// <summary>The prefix of the real server's task queue partitions.</summary>
    private const string ReservedPrefix = "/_sys/";

    /// <summary>The task queue of the real server's per-namespace workers.</summary>
    private const string PerNamespaceWorkers = "temporal-sys-per-ns-tq";

    /// <summary>Returns the error of a task queue in a request, or null. An empty name is valid if there is a default.</summary>
    public static string? Fault(TaskQueue? queue, string standIn = "")
    {
        var name = queue?.Name is { Length: > 0 } given ? given : standIn;
        return queue is null && standIn.Length == 0 ? "taskQueue is not set"
            : name.Length == 0 ? "missing task queue name"
            : Encoding.UTF8.GetByteCount(name) > Longest ? "taskQueue length exceeds limit"
            : name.StartsWith(ReservedPrefix, StringComparison.Ordinal) ? $"task queue name cannot start with reserved prefix {ReservedPrefix}"
            : name == PerNamespaceWorkers ? $"cannot use internal per-namespace task queue:{name}"
            : null;
    }

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static void Require(TaskQueue? queue)
    {
        if (Fault(queue) is { } fault)
        {
            throw ServiceErrors.InvalidArgument(fault);
        }
    }
}
