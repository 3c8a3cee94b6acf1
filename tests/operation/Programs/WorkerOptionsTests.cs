using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrderOrchestration.Worker;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Common;
using Temporalio.Extensions.Hosting;
using Temporalio.Worker.Tuning;

namespace OrderOrchestration.Tests.Operation.Programs;

/// <summary>What a worker asks of Temporal's SDK for its settings (contract §5).</summary>
public sealed class WorkerOptionsTests
{
    [Test]
    public void Without_a_deployment_a_worker_takes_no_part_in_versioning_and_no_workflow_says_how_it_would()
    {
        var options = Options(null);

        Assert.That(options.DeploymentOptions, Is.Null);
        Assert.That(options.Workflows.Select(workflow => workflow.VersioningBehavior ?? VersioningBehavior.Unspecified), Is.All.EqualTo(VersioningBehavior.Unspecified));
        Assert.That(options.GracefulShutdownTimeout, Is.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void With_a_deployment_orders_auto_upgrade_and_runs_of_a_night_are_pinned()
    {
        var options = Options("orders.1.2.3", ("Worker:DeploymentName", "orders"), ("Worker:BuildId", "1.2.3"));

        Assert.That(options.DeploymentOptions!.UseWorkerVersioning, Is.True);
        Assert.That(options.DeploymentOptions.Version, Is.EqualTo(new WorkerDeploymentVersion("orders", "1.2.3")));
        Assert.That(options.DeploymentOptions.DefaultVersioningBehavior, Is.EqualTo(VersioningBehavior.AutoUpgrade));
        var pinned = options.Workflows.Where(workflow => workflow.VersioningBehavior == VersioningBehavior.Pinned).Select(workflow => workflow.Name!);
        Assert.That(pinned, Is.EquivalentTo(new[] { "SettlementDaily", "Settlement", "PayoutRun", "Payout", "ReconciliationDaily", "Reconciliation", "RetentionDaily" }));
        Assert.That(options.Workflows.Select(workflow => workflow.Name), Does.Contain(OrderTemporal.WorkflowType));
    }

    [Test]
    public void Limits_and_targets_are_what_the_worker_is_given()
    {
        var limited = Options(null, ("Worker:MaxConcurrentActivities", "7"), ("Worker:MaxConcurrentWorkflowTasks", "5"), ("Worker:MaxCachedWorkflows", "50"));
        var targeted = Options(null, ("Worker:TargetCpu", "0.7"), ("Worker:TargetMemory", "0.6"), ("Worker:ShutdownTimeout", "00:00:05"));

        Assert.That((limited.MaxConcurrentActivities, limited.MaxConcurrentWorkflowTasks, limited.MaxCachedWorkflows), Is.EqualTo((7, 5, 50)));
        Assert.That(((ResourceBasedSlotSupplier)targeted.Tuner!.ActivityTaskSlotSupplier).TunerOptions, Is.EqualTo(new ResourceBasedTunerOptions(0.6, 0.7)));
        Assert.That(targeted.GracefulShutdownTimeout, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    /// <param name="version">By which the SDK's hosting keeps the options of a worker with a deployment.</param>
    private static TemporalWorkerServiceOptions Options(string? version, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        using var services = new ServiceCollection().AddLogging().AddOrderWorker(configuration).BuildServiceProvider();
        var name = version is null ? OrderTemporal.TaskQueue : $"{OrderTemporal.TaskQueue}!!__temporal__!!{version}";
        return services.GetRequiredService<IOptionsMonitor<TemporalWorkerServiceOptions>>().Get(name);
    }
}
