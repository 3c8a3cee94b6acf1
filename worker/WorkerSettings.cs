using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.Worker;

/// <summary>Versioning, limits and shutdown of a worker: configuration section <c>Worker</c> (contract §5).</summary>
public sealed class WorkerSettings : IValidatableObject
{
    public const string Section = "Worker";

    /// <summary>How long running activities may take to finish once the worker stops; then they are cancelled.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The worker deployment of Temporal's Worker Versioning; with <see cref="BuildId"/> or not at all.</summary>
    public string? DeploymentName { get; set; }

    /// <summary>The version of the program within its deployment: an image's tag or a commit.</summary>
    public string? BuildId { get; set; }

    /// <summary>Activities at once; absent: the SDK's default.</summary>
    [Range(1, 10_000)]
    public int? MaxConcurrentActivities { get; set; }

    /// <summary>Workflow tasks at once; absent: the SDK's default.</summary>
    [Range(2, 10_000)]
    public int? MaxConcurrentWorkflowTasks { get; set; }

    /// <summary>
    /// Workflow runs cached in memory between their tasks. Most orders are idle for days, and one that is not in memory is replayed from its history
    /// when it receives a message: the SDK's 10,000 would use five times the memory for idle orders.
    /// </summary>
    [Range(10, 1_000_000)]
    public int MaxCachedWorkflows { get; set; } = 2_000;

    /// <summary>
    /// Whether the SDK monitors every task of the process for ones that leave a workflow's scheduler. Tests enable it. In a worker the banned-API list
    /// has checked this at build time, and monitoring costs a tenth of the processor or more, for all of the program's tasks.
    /// </summary>
    public bool WatchWorkflowTasks { get; set; }

    /// <summary>Share of the processor (0 to 1) up to which the worker accepts more work, instead of fixed limits; with <see cref="TargetMemory"/>.</summary>
    [Range(0.01, 1.0)]
    public double? TargetCpu { get; set; }

    /// <summary>Share of the memory (0 to 1) up to which the worker accepts more work; with <see cref="TargetCpu"/>.</summary>
    [Range(0.01, 1.0)]
    public double? TargetMemory { get; set; }

    /// <summary>Whether the worker takes part in Worker Versioning.</summary>
    public bool IsVersioned => !string.IsNullOrWhiteSpace(DeploymentName);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(DeploymentName) != string.IsNullOrWhiteSpace(BuildId))
        {
            yield return new ValidationResult("Worker:DeploymentName and Worker:BuildId are set both or not at all.");
        }

        if (TargetCpu is null != TargetMemory is null)
        {
            yield return new ValidationResult("Worker:TargetCpu and Worker:TargetMemory are set both or not at all.");
        }

        if (TargetCpu is not null && (MaxConcurrentActivities ?? MaxConcurrentWorkflowTasks) is not null)
        {
            yield return new ValidationResult("Worker: either limits (MaxConcurrent…) or targets (TargetCpu, TargetMemory) are set.");
        }
    }
}
