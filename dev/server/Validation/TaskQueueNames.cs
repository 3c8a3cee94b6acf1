using System.Text;
using EmbeddedTemporal.Common;
using TaskQueue = Temporalio.Api.TaskQueue.V1.TaskQueue;

namespace EmbeddedTemporal.Validation;

/// <summary>Which names task queues may have (real server: tqid/task_queue_validator.go).</summary>
internal static class TaskQueueNames
{
    /// <summary>The longest name, in bytes of UTF-8.</summary>
    private const int Longest = 1000;

    /// <summary>What the real server's own partitions and workers are named by.</summary>
    private const string ReservedPrefix = "/_sys/";

    private const string OwnWorkers = "temporal-sys-per-ns-tq";

    /// <summary>Answers what is wrong with a queue that somebody names, or null. An empty name is well where another stands in for it.</summary>
    public static string? Fault(TaskQueue? queue, string standIn = "")
    {
        var name = queue?.Name is { Length: > 0 } given ? given : standIn;
        return queue is null && standIn.Length == 0 ? "taskQueue is not set"
            : name.Length == 0 ? "missing task queue name"
            : Encoding.UTF8.GetByteCount(name) > Longest ? "taskQueue length exceeds limit"
            : name.StartsWith(ReservedPrefix, StringComparison.Ordinal) ? $"task queue name cannot start with reserved prefix {ReservedPrefix}"
            : name == OwnWorkers ? $"cannot use internal per-namespace task queue:{name}"
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
