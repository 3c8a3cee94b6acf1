using System.Collections.Frozen;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Matching;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Deployment.V1;

namespace EmbeddedTemporal.Deployments;

/// <summary>
/// Computes a task queue's routing from the routing configs of all deployments whose workers poll it: the config that changed last applies, if its version
/// polls the queue (real server: CalculateTaskQueueVersioningInfo).
/// </summary>
internal static class DeploymentRouting
{
    public static QueueRouting Of(QueueName queue, IEnumerable<WorkerDeployment> deployments)
    {
        var polling = deployments.Where(deployment => deployment.Versions.Values.Any(IsMember)).ToList();
        var members = polling.SelectMany(deployment => deployment.Versions.Values.Where(IsMember)).Select(version => version.Id).ToFrozenSet();
        var current = Latest(routing => routing.CurrentDeploymentVersion, routing => routing.CurrentVersionChangedTime);
        var ramping = Latest(routing => routing.RampingDeploymentVersion, routing => routing.RampingVersionPercentageChangedTime);
        return new()
        {
            Members = members,
            Current = WorkerVersion.Of(current?.CurrentDeploymentVersion),
            CurrentRevision = current?.RevisionNumber ?? 0,
            CurrentTime = Time(current?.CurrentVersionChangedTime),
            IsRamping = ramping is { } && (ramping.RampingDeploymentVersion is not null || ramping.RampingVersionPercentage != 0),
            Ramping = WorkerVersion.Of(ramping?.RampingDeploymentVersion),
            RampPercentage = ramping?.RampingVersionPercentage ?? 0,
            RampingRevision = ramping?.RevisionNumber ?? 0,
            RampingTime = Time(ramping?.RampingVersionPercentageChangedTime),
        };

        bool IsMember(DeploymentVersion version) => version.TaskQueues.Contains((queue.Name, queue.Kind));

        RoutingConfig? Latest(Func<RoutingConfig, WorkerDeploymentVersion?> versionOf, Func<RoutingConfig, Timestamp?> timeOf)
        {
            var changed = polling.Select(deployment => deployment.Routing).Where(routing => timeOf(routing) is not null).OrderByDescending(timeOf).ToList();
            return changed.Find(routing => WorkerVersion.Of(versionOf(routing)) is { } version && members.Contains(version))
                ?? changed.Find(routing => versionOf(routing) is null);
        }
    }

    private static DateTime Time(Timestamp? time) => time?.ToDateTime() ?? DateTime.UnixEpoch;
}
