using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Reconciliation;
using OrderOrchestration.Workflows.Retention;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Common;
using Temporalio.Worker;
using Temporalio.Worker.Tuning;
using Temporalio.Workflows;

namespace OrderOrchestration.Worker;

/// <summary>Configures Temporal's worker from <see cref="WorkerSettings"/>, with the workflows that it runs.</summary>
internal static class WorkerSetup
{
    /// <summary>
    /// Pinned: a run stays on the version that started it, because its steps belong together. Days and nightly runs end within minutes; a payout ends once the
    /// finance team has reported, or an operator has ended it.
    /// </summary>
    private static readonly Type[] Pinned =
    [
        typeof(SettlementDailyWorkflow), typeof(SettlementWorkflow), typeof(PayoutRunWorkflow), typeof(PayoutWorkflow),
        typeof(ReconciliationDailyWorkflow), typeof(ReconciliationWorkflow), typeof(RetentionWorkflow),
    ];

    /// <summary>Orders live for weeks, so a run continues on the current version.</summary>
    private static readonly Type[] AutoUpgraded = [typeof(OrderWorkflow)];

    /// <summary>The workflow types that a worker runs, as Temporal knows them.</summary>
    public static IEnumerable<string> WorkflowNames => Pinned.Concat(AutoUpgraded).Select(workflow => WorkflowDefinition.Create(workflow).Name!);

    /// <exception cref="OptionsValidationException">A setting is out of its range; the message names it.</exception>
    public static WorkerSettings Read(IConfiguration configuration)
    {
        var settings = configuration.GetSection(WorkerSettings.Section).Get<WorkerSettings>() ?? new();
        var errors = new List<ValidationResult>();
        return Validator.TryValidateObject(settings, new ValidationContext(settings), errors, validateAllProperties: true)
            ? settings
            : throw new OptionsValidationException(
                WorkerSettings.Section, typeof(WorkerSettings), errors.Select(error => $"{WorkerSettings.Section}: {error.ErrorMessage}"));
    }

    public static WorkerDeploymentOptions? Deployment(WorkerSettings settings) => settings.IsVersioned
        ? new WorkerDeploymentOptions(new WorkerDeploymentVersion(settings.DeploymentName!, settings.BuildId!), useWorkerVersioning: true)
        {
            DefaultVersioningBehavior = VersioningBehavior.AutoUpgrade,
        }
        : null;

    public static void Apply(WorkerSettings settings, TemporalWorkerOptions options)
    {
        options.GracefulShutdownTimeout = settings.ShutdownTimeout;
        options.MaxCachedWorkflows = settings.MaxCachedWorkflows;
        options.DisableWorkflowTracingEventListener = !settings.WatchWorkflowTasks;
        if (settings is { TargetCpu: { } cpu, TargetMemory: { } memory })
        {
            options.Tuner = WorkerTuner.CreateResourceBased(memory, cpu);
        }
        else
        {
            options.MaxConcurrentActivities = settings.MaxConcurrentActivities;
            options.MaxConcurrentWorkflowTasks = settings.MaxConcurrentWorkflowTasks;
        }

        foreach (var workflow in AutoUpgraded)
        {
            options.AddWorkflow(workflow);
        }

        foreach (var workflow in Pinned)
        {
            options.AddWorkflow(Definition(workflow, settings.IsVersioned ? VersioningBehavior.Pinned : VersioningBehavior.Unspecified));
        }
    }

    // An attribute on the workflow would always set a behaviour, and a server rejects it from a worker without versioning. The SDK caches definitions
    // for the whole process, so the behaviour is set in either case.
    private static WorkflowDefinition Definition(Type workflow, VersioningBehavior versioning)
    {
        var definition = WorkflowDefinition.Create(workflow);
        var behavior = typeof(WorkflowDefinition).GetProperty(nameof(WorkflowDefinition.VersioningBehavior), BindingFlags.Instance | BindingFlags.Public)!;
        behavior.SetValue(definition, versioning);
        return definition;
    }
}
