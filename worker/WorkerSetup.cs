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

/// <summary>Temporal's worker as <see cref="WorkerSettings"/> ask for it, with the workflows that it runs.</summary>
internal static class WorkerSetup
{
    /// <summary>Their runs stay with the version that began them: they are over in minutes, and their steps belong together.</summary>
    private static readonly Type[] Pinned =
    [
        typeof(SettlementDailyWorkflow), typeof(SettlementWorkflow), typeof(PayoutRunWorkflow), typeof(PayoutWorkflow),
        typeof(ReconciliationDailyWorkflow), typeof(ReconciliationWorkflow), typeof(RetentionWorkflow),
    ];

    /// <summary>Orders live for weeks: a run goes on with whatever version is current.</summary>
    private static readonly Type[] AutoUpgraded = [typeof(OrderWorkflow)];

    /// <summary>The workflow types that a worker runs, as Temporal knows them.</summary>
    public static IEnumerable<string> WorkflowNames => Pinned.Concat(AutoUpgraded).Select(workflow => WorkflowDefinition.Create(workflow).Name!);

    /// <exception cref="OptionsValidationException">A setting is out of its range; the message names it.</exception>
    public static WorkerSettings Read(IConfiguration configuration)
    {
        var settings = configuration.GetSection(WorkerSettings.Section).Get<WorkerSettings>() ?? new();
        var faults = new List<ValidationResult>();
        return Validator.TryValidateObject(settings, new ValidationContext(settings), faults, validateAllProperties: true)
            ? settings
            : throw new OptionsValidationException(
                WorkerSettings.Section, typeof(WorkerSettings), faults.Select(fault => $"{WorkerSettings.Section}: {fault.ErrorMessage}"));
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

    // The attribute on the workflow would say the same always, and a server refuses a behaviour from a worker that takes no part in versioning.
    // Definitions are kept by the SDK for the whole process, so the behaviour is set either way.
    private static WorkflowDefinition Definition(Type workflow, VersioningBehavior versioning)
    {
        var definition = WorkflowDefinition.Create(workflow);
        var behavior = typeof(WorkflowDefinition).GetProperty(nameof(WorkflowDefinition.VersioningBehavior), BindingFlags.Instance | BindingFlags.Public)!;
        behavior.SetValue(definition, versioning);
        return definition;
    }
}
