using EmbeddedTemporal.Common;
using EmbeddedTemporal.Deployments;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Time;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using TaskQueue = EmbeddedTemporal.Matching.TaskQueue;

namespace EmbeddedTemporal.Frontend;

/// <summary>Builds the API's descriptions of task queues.</summary>
internal static class QueueDescription
{
    public static DescribeTaskQueueResponse Of(TaskQueue queue, DescribeTaskQueueRequest request)
    {
        var all = All(queue);
        var backlog = all.Sum(each => each.Backlog);
        var limit = queue.Settings.Limit;
        var response = new DescribeTaskQueueResponse
        {
            Stats = Stats(backlog),
            VersioningInfo = request.TaskQueue.Kind == TaskQueueKind.Sticky ? null : Versioning(queue.Routing),
            EffectiveRateLimit = new()
            {
                RequestsPerSecond = (float)(limit?.PerSecond ?? PollerHistory.UnlimitedRate),
                RateLimitSource = limit?.Source ?? RateLimitSource.System,
            },
            Config = request.ReportConfig ? queue.Settings.Config : null,
        };
        response.TaskQueueStatus = new() { BacklogCountHint = backlog };
        response.Pollers.AddRange(queue.AllRecentPollers());
        if (request.ReportStats)
        {
            response.StatsByPriorityKey.Add(StatsByPriority(all));
        }

        return response;
    }

    /// <summary>Returns the pollers and the backlog of one requested version, for the older ENHANCED mode of DescribeTaskQueue.</summary>
    public static TaskQueueVersionInfo OfVersion(IEnumerable<TaskQueue> queues, WorkerVersion? version, DescribeTaskQueueRequest request)
    {
        var info = new TaskQueueVersionInfo();
        foreach (var front in queues)
        {
            var queue = version is null ? front : front.Of(version);
            var type = new TaskQueueTypeInfo { Stats = request.ReportStats ? Stats(queue.Backlog) : null };
            type.Pollers.AddRange(request.ReportPollers ? queue.RecentPollers() : []);
            info.TypesInfo[(int)DeploymentDocument.TypeOf(front.Kind)] = type;
        }

        return info;
    }

    public static TaskQueueStats Stats(int backlog) => new() { ApproximateBacklogCount = backlog, ApproximateBacklogAge = TimeSpan.Zero.ToProto() };

    public static Dictionary<int, TaskQueueStats> StatsByPriority(IEnumerable<TaskQueue> queues) => queues
        .SelectMany(queue => queue.BacklogByPriority())
        .GroupBy(level => level.Key, level => level.Value)
        .ToDictionary(level => level.Key, level => Stats(level.Sum()));

    private static List<TaskQueue> All(TaskQueue queue) => [queue, .. queue.Versions?.All.Values ?? []];

    private static TaskQueueVersioningInfo Versioning(QueueRouting routing)
    {
        var info = new TaskQueueVersioningInfo
        {
            CurrentDeploymentVersion = WorkerVersion.ToProto(routing.Current),
            UpdateTime = (routing.CurrentTime > routing.RampingTime || !routing.IsRamping ? routing.CurrentTime : routing.RampingTime).ToProto(),
        };
        info.CurrentVersion = WorkerVersion.ToOlderText(routing.Current);
        if (routing.IsRamping)
        {
            info.RampingVersionPercentage = routing.RampPercentage;
            info.RampingDeploymentVersion = WorkerVersion.ToProto(routing.Ramping);
            info.RampingVersion = WorkerVersion.ToOlderText(routing.Ramping);
        }

        return info;
    }
}
