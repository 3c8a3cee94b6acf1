using EmbeddedTemporal.Common;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Server.Requests.Mutations;

/// <summary>A workflow, a schedule and tasks in somebody's hands, that mutated requests may do to as they like.</summary>
internal sealed class MutationTargets
{
    private const string Name = "victim";

    private MutationTargets(string runId, ByteString token) => Pool = new Dictionary<string, object>
    {
        ["namespace"] = "default",
        ["workflow_id"] = Name,
        ["run_id"] = runId,
        ["job_id"] = Guid.NewGuid().ToString(),
        ["schedule_id"] = Name,
        ["task_token"] = token,
        ["query"] = "WorkflowId = 'victim'",
        ["visibility_query"] = "WorkflowId = 'victim'",
        ["name"] = Name,
        ["sticky_task_queue"] = Name,
        ["wait_new_event"] = false,
        ["request_id"] = Guid.NewGuid().ToString(),
        ["next_page_token"] = ByteString.Empty,
        ["start_to_close_timeout"] = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
    };

    public IReadOnlyDictionary<string, object> Pool { get; }

    /// <summary>Makes a new one, with a task of the kind that the named method answers.</summary>
    public static async Task<MutationTargets> CreateAsync(TestServer server, string tokenFor = "")
    {
        var service = server.Server.WorkflowService;
        var call = new CallContext(DateTime.UtcNow.AddSeconds(5), CancellationToken.None);
        var queue = new Temporalio.Api.TaskQueue.V1.TaskQueue { Name = $"queue-{Guid.NewGuid()}" };
        var run = await service.StartWorkflowExecution(
            new()
            {
                Namespace = "default",
                WorkflowId = Name,
                WorkflowType = new() { Name = Name },
                TaskQueue = queue,
                RequestId = Guid.NewGuid().ToString(),
                WorkflowIdConflictPolicy = Temporalio.Api.Enums.V1.WorkflowIdConflictPolicy.TerminateExisting,
            },
            call);
        var token = ByteString.Empty;
        if (tokenFor.Contains("WorkflowTask", StringComparison.Ordinal) || tokenFor.Contains("Activity", StringComparison.Ordinal))
        {
            token = (await service.PollWorkflowTaskQueue(new() { Namespace = "default", TaskQueue = queue }, call)).TaskToken;
        }

        if (tokenFor.Contains("Activity", StringComparison.Ordinal))
        {
            var work = new RespondWorkflowTaskCompletedRequest { TaskToken = token, Commands = { ManualWorker.Activity("text-1", queue.Name) } };
            await service.RespondWorkflowTaskCompleted(work, call);
            token = (await service.PollActivityTaskQueue(new() { Namespace = "default", TaskQueue = queue }, call)).TaskToken;
        }

        return new MutationTargets(run.RunId, token);
    }
}
