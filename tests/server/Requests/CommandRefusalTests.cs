using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Requests;

/// <summary>Commands that a workflow may not give: its task fails and says why.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class CommandRefusalTests
{
    private static IEnumerable<TestCaseData> Refused()
    {
        static TestCaseData Case(string name, WorkflowTaskFailedCause cause, params Command[] commands) => new TestCaseData(cause, commands).SetArgDisplayNames(name);
        yield return Case("a child that is started and cancelled at once", WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes, StartChild(), CancelChild());
        yield return Case("a Nexus operation", WorkflowTaskFailedCause.FeatureDisabled, new Command
        {
            CommandType = CommandType.ScheduleNexusOperation,
            ScheduleNexusOperationCommandAttributes = new() { Endpoint = "any", Service = "any", Operation = "any" },
        });
        yield return Case("a timer that has no id", WorkflowTaskFailedCause.BadStartTimerAttributes, new Command
        {
            CommandType = CommandType.StartTimer,
            StartTimerCommandAttributes = new() { StartToFireTimeout = new() { Seconds = 1 } },
        });
        yield return Case("an activity without a time-out", WorkflowTaskFailedCause.BadScheduleActivityAttributes, new Command
        {
            CommandType = CommandType.ScheduleActivityTask,
            ScheduleActivityTaskCommandAttributes = new() { ActivityId = "1", ActivityType = new() { Name = "Any" } },
        });
        yield return Case("an empty upsert", WorkflowTaskFailedCause.BadSearchAttributes, new Command
        {
            CommandType = CommandType.UpsertWorkflowSearchAttributes,
            UpsertWorkflowSearchAttributesCommandAttributes = new(),
        });
    }

    [TestCaseSource(nameof(Refused))]
    public async Task It_fails_the_workflow_task_with_its_cause(WorkflowTaskFailedCause cause, Command[] commands)
    {
        await using var server = await TestServer.StartAsync();
        var service = server.Client.WorkflowService;
        await service.StartWorkflowExecutionAsync(
            new() { Namespace = "default", WorkflowId = "w", WorkflowType = new() { Name = "Any" }, TaskQueue = new() { Name = "queue" } });
        var task = await service.PollWorkflowTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = "queue" } });
        var refused = await Assert.ThrowsAsync<RpcException>(() =>
            service.RespondWorkflowTaskCompletedAsync(new() { Namespace = "default", TaskToken = task.TaskToken, Commands = { commands } }));
        Assert.That(refused!.Code, Is.EqualTo(RpcException.StatusCode.InvalidArgument));
        var events = (await server.Client.GetWorkflowHandle("w").FetchHistoryAsync()).Events.ToList();
        Assert.That(events.Single(e => e.EventType == EventType.WorkflowTaskFailed).WorkflowTaskFailedEventAttributes.Cause, Is.EqualTo(cause));
        Assert.That(events.Select(e => e.EventType), Has.None.EqualTo(EventType.WorkflowTaskCompleted), "nothing of the task took effect");
    }

    private static Command StartChild() => new()
    {
        CommandType = CommandType.StartChildWorkflowExecution,
        StartChildWorkflowExecutionCommandAttributes = new() { WorkflowId = "child", WorkflowType = new() { Name = "Any" }, TaskQueue = new() { Name = "queue" } },
    };

    private static Command CancelChild() => new()
    {
        CommandType = CommandType.RequestCancelExternalWorkflowExecution,
        RequestCancelExternalWorkflowExecutionCommandAttributes = new() { WorkflowId = "child", ChildWorkflowOnly = true },
    };
}
