using System.Collections.Concurrent;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Deployments;

/// <summary>
/// All worker deployments. Changes are serialized; each one is committed before its call returns and before task routing uses it. The routing of all task
/// queues of a deployment is replaced together.
/// </summary>
/// <param name="countPinned">Counts the running workflows that are pinned to a version.</param>
internal sealed class WorkerDeployments(IWorkflowStore store, VirtualClock clock, TaskQueues queues, DeploymentLimits limits, Func<string, WorkerVersion, long> countPinned)
{
    private readonly AsyncLock changeLock = new();
    private readonly ConcurrentDictionary<(string Namespace, string Name), WorkerDeployment> deployments = new();
    private readonly ConcurrentDictionary<(QueueName Queue, WorkerVersion Version), bool> members = new();

    public DeploymentLimits Limits { get; } = limits;

    /// <summary>Loads the deployments from the store; called before any task is dispatched.</summary>
    public void Load()
    {
        foreach (var deployment in DeploymentDocument.ReadAll(store))
        {
            Publish(null, deployment);
        }
    }

    /// <summary>Returns a deployment, which is immutable from here on: a change replaces it with a copy.</summary>
    public WorkerDeployment? Find(string namespaceName, string name) => deployments.GetValueOrDefault((namespaceName, name));

    /// <summary>Returns the deployments of a namespace, the newest first.</summary>
    public IReadOnlyList<WorkerDeployment> List(string namespaceName) =>
        [.. deployments.Values.Where(deployment => deployment.Namespace == namespaceName)
            .OrderByDescending(deployment => deployment.CreateTime).ThenBy(deployment => deployment.Name, StringComparer.Ordinal)];

    public bool IsDrained(string namespaceName, WorkerVersion version) =>
        Find(namespaceName, version.Deployment)?.Find(version) is { Status: WorkerDeploymentVersionStatus.Drained };

    /// <summary>Registers the version of a polling worker with its task queue.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: too many deployments, versions or queues.</exception>
    public ValueTask RegisterAsync(QueueName queue, WorkerVersion version) =>
        members.ContainsKey((queue, version)) ? ValueTask.CompletedTask : new(RegisterNewAsync(queue, version));

    /// <summary>
    /// Changes, creates or removes a deployment. The function gets a copy, or null when there is none, and returns the replacement (null to remove) and the
    /// result for the caller.
    /// </summary>
    public async Task<T> ChangeAsync<T>(string namespaceName, string name, Func<WorkerDeployment?, DateTime, (WorkerDeployment? Changed, T Answer)> change)
    {
        using var turn = await changeLock.EnterAsync();
        var (changed, answer) = change(Find(namespaceName, name)?.Clone(), clock.UtcNow);
        await ReplaceAsync(Find(namespaceName, name), changed);
        return answer;
    }

    /// <summary>Returns a new deployment.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: the namespace has the maximum number of deployments.</exception>
    public WorkerDeployment Create(string namespaceName, string name, string requestId, DateTime now)
    {
        if (deployments.Keys.Count(key => key.Namespace == namespaceName) >= Limits.Deployments)
        {
            throw DeploymentErrors.LimitReached($"reached maximum deployments in namespace ({Limits.Deployments})");
        }

        var created = WorkerDeployment.New(namespaceName, name, now);
        created.CreateRequestId = requestId;
        return created;
    }

    /// <summary>Returns a version of the deployment, adding it if needed; at the limit the oldest deletable version is removed first.</summary>
    public DeploymentVersion Require(WorkerDeployment deployment, WorkerVersion version, DateTime now)
    {
        if (deployment.Find(version) is { } known)
        {
            return known;
        }

        if (deployment.Versions.Count >= Limits.VersionsPerDeployment
            && !deployment.Versions.Values.OrderBy(old => old.CreateTime).Any(old => WhyNotDeleted(deployment, old, skipDrainage: false) is null && deployment.Versions.Remove(old.Id.BuildId)))
        {
            throw DeploymentErrors.LimitReached(
                $"cannot add version {WorkerVersion.ToOlderText(version)} since maximum number of versions ({Limits.VersionsPerDeployment}) have been registered in the deployment");
        }

        return deployment.Versions[version.BuildId] = new() { Id = version, CreateTime = now };
    }

    /// <summary>Returns why a version cannot be deleted, null if it can.</summary>
    public string? WhyNotDeleted(WorkerDeployment deployment, DeploymentVersion version, bool skipDrainage) => version switch
    {
        _ when version.Id == deployment.Current || version.Id == deployment.Ramping => $"version '{version.Id}' cannot be deleted since it is current or ramping",
        { Drainage.Status: VersionDrainageStatus.Draining } when !skipDrainage => $"version '{version.Id}' cannot be deleted since it is draining",
        _ when QueuesOf(deployment.Namespace, version).Any(queue => queue.RecentPollers().Count > 0) => $"version '{version.Id}' cannot be deleted since it has active pollers",
        _ => null,
    };

    /// <summary>
    /// Whether the old version has an active task queue that no worker of the new version polls, so that its tasks would become unversioned
    /// (real server: IsVersionMissingTaskQueues).
    /// </summary>
    public bool MissesQueues(WorkerDeployment deployment, WorkerVersion before, WorkerVersion after)
    {
        var polled = deployment.Find(after)?.TaskQueues ?? [];
        return (deployment.Find(before)?.TaskQueues ?? []).Where(queue => !polled.Contains(queue)).Any(missing =>
        {
            var front = queues.Get(deployment.Namespace, missing.Name, missing.Kind);
            return front.Routing.Current == before && front.Of(before).HasRecentWork;
        });
    }

    private async Task RegisterNewAsync(QueueName queue, WorkerVersion version)
    {
        using var turn = await changeLock.EnterAsync();
        if (members.ContainsKey((queue, version)))
        {
            return;
        }

        if (queues.Get(queue.Namespace, queue.Name, queue.Kind).Routing.Members.Count > Limits.VersionsPerQueue)
        {
            throw DeploymentErrors.LimitReached($"exceeding maximum number of Deployment Versions in this task queue (limit = {Limits.VersionsPerQueue})");
        }

        var now = clock.UtcNow;
        var before = Find(queue.Namespace, version.Deployment);
        var deployment = before?.Clone() ?? Create(queue.Namespace, version.Deployment, "_auto_create_", now);
        var registered = Require(deployment, version, now);
        RequireRoomFor(registered, queue);
        registered.TaskQueues.Add((queue.Name, queue.Kind));
        registered.Status = registered.Status == WorkerDeploymentVersionStatus.Created ? WorkerDeploymentVersionStatus.Inactive : registered.Status;
        await ReplaceAsync(before, deployment);
    }

    private async Task ReplaceAsync(WorkerDeployment? before, WorkerDeployment? after)
    {
        if ((after ?? before) is { } known)
        {
            var commit = new StoreCommit();
            commit.Documents.Add(after is null ? DeploymentDocument.Delete(known) : DeploymentDocument.Write(known));
            await store.CommitAsync(commit);
        }

        Publish(before, after);
    }

    private static void RequireRoom(int count, int limit, Func<string> message)
    {
        if (count >= limit)
        {
            throw DeploymentErrors.LimitReached(message());
        }
    }

    private void RequireRoomFor(DeploymentVersion version, QueueName queue)
    {
        var names = version.TaskQueues.Select(known => known.Name).ToHashSet(StringComparer.Ordinal);
        if (!names.Contains(queue.Name))
        {
            RequireRoom(names.Count, Limits.QueuesPerVersion, () =>
                $"cannot add task queue {queue.Name} since maximum number of task queues ({Limits.QueuesPerVersion}) have been registered in deployment");
        }
    }

    private IEnumerable<TaskQueue> QueuesOf(string namespaceName, DeploymentVersion version) =>
        version.TaskQueues.Select(queue => queues.Get(namespaceName, queue.Name, queue.Kind).Of(version.Id));

    private void Publish(WorkerDeployment? before, WorkerDeployment? after)
    {
        if (after is not null)
        {
            deployments[(after.Namespace, after.Name)] = after;
        }
        else if (before is not null)
        {
            deployments.TryRemove((before.Namespace, before.Name), out _);
        }

        var (were, are) = (Members(before), Members(after));
        foreach (var gone in were.Except(are))
        {
            members.TryRemove(gone, out _);
        }

        foreach (var member in are)
        {
            members[member] = true;
        }

        foreach (var queue in were.Union(are).Select(member => member.Queue).Distinct())
        {
            queues.Get(queue.Namespace, queue.Name, queue.Kind).Route(DeploymentRouting.Of(queue, List(queue.Namespace)));
        }

        foreach (var version in after?.Versions.Values.Where(version => version.Drainage is { Status: VersionDrainageStatus.Draining }) ?? [])
        {
            WatchDrainage(after!, version);
        }
    }

    private static HashSet<(QueueName Queue, WorkerVersion Version)> Members(WorkerDeployment? deployment) =>
        [.. deployment?.Versions.Values.SelectMany(version => version.TaskQueues.Select(queue => (new QueueName(deployment.Namespace, queue.Name, queue.Kind), version.Id))) ?? []];

    /// <summary>Schedules the next drainage check: the first after a grace period in which visibility may lag, further ones at the refresh interval.</summary>
    private void WatchDrainage(WorkerDeployment deployment, DeploymentVersion version)
    {
        var drainage = version.Drainage!;
        var wait = drainage.LastCheckedTime.Equals(drainage.LastChangedTime) ? Limits.DrainageGrace : Limits.DrainageRefresh;
        var lastChecked = drainage.LastCheckedTime;
        clock.Schedule(lastChecked.ToDateTime() + wait, () => CallGuard.RunInBackgroundAsync(nameof(WatchDrainage), async () =>
        {
            // A later change of the deployment has scheduled its own check.
            if (Find(deployment.Namespace, deployment.Name) == deployment)
            {
                await ChangeAsync(deployment.Namespace, deployment.Name, (current, now) =>
                {
                    if (current?.Find(version.Id) is { } watched && lastChecked.Equals(watched.Drainage?.LastCheckedTime))
                    {
                        var isDrained = countPinned(deployment.Namespace, version.Id) == 0;
                        watched.NoteDrainage(isDrained ? VersionDrainageStatus.Drained : VersionDrainageStatus.Draining, now);
                    }

                    return (current, true);
                });
            }
        }));
    }
}
