using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>How a workflow gets from one version to another when other things happen meanwhile.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class TransitionTests
{
    private const VersioningBehavior AutoUpgrade = VersioningBehavior.AutoUpgrade;

    [Test]
    public async Task A_task_that_fails_on_the_new_version_may_go_to_a_newer_one()
    {
        await using var rollout = await MovingAsync();
        var task = await rollout.Worker("2").PollAsync();
        await rollout.SetCurrentAsync("3");
        await rollout.Service.RespondWorkflowTaskFailedAsync(new() { TaskToken = task.TaskToken, Cause = WorkflowTaskFailedCause.NonDeterministicError });
        await rollout.Worker("3").WorkAsync(AutoUpgrade);
        var info = await rollout.VersioningOfAsync("order");
        Assert.That((info.DeploymentVersion.BuildId, info.VersionTransition), Is.EqualTo(("3", default(object))));
    }

    [Test]
    public async Task A_rollback_takes_a_workflow_back_that_has_not_arrived()
    {
        await using var rollout = await MovingAsync();
        var task = await rollout.Worker("2").PollAsync();
        await rollout.SetCurrentAsync("1");
        await rollout.Service.RespondWorkflowTaskFailedAsync(new() { TaskToken = task.TaskToken, Cause = WorkflowTaskFailedCause.NonDeterministicError });
        await rollout.Worker("1").WorkAsync(AutoUpgrade);
        Assert.That((await rollout.VersioningOfAsync("order")).DeploymentVersion.BuildId, Is.EqualTo("1"));
    }

    [Test]
    public async Task A_workflow_whose_task_is_under_way_moves_with_the_next()
    {
        await using var rollout = await MovingAsync(signals: false);
        await rollout.SetCurrentAsync("1");
        await rollout.SignalAsync("order");
        var task = await rollout.Worker("1").PollAsync();
        await rollout.SetCurrentAsync("2");
        await rollout.SignalAsync("order");
        await rollout.Worker("1").AnswerAsync(task, AutoUpgrade);
        await rollout.Worker("2").WorkAsync(AutoUpgrade);
        Assert.That((await rollout.VersioningOfAsync("order")).DeploymentVersion.BuildId, Is.EqualTo("2"));
    }

    [Test]
    public async Task A_pin_takes_effect_when_a_move_under_way_has_ended()
    {
        await using var rollout = await MovingAsync();
        var task = await rollout.Worker("2").PollAsync();
        await rollout.UpdateOptionsAsync("order", new() { VersioningOverride = Rollout.Pin("1") }, "versioning_override");
        await rollout.Worker("2").AnswerAsync(task, AutoUpgrade);
        await rollout.SignalAsync("order");
        Assert.That(await rollout.Worker("2").TryPollAsync(), Is.Null);
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task An_activity_that_is_retried_goes_to_the_version_that_the_workflow_is_on_by_then()
    {
        await using var rollout = await Rollout.StartAsync();
        foreach (var buildId in new[] { "1", "2" })
        {
            await rollout.Worker(buildId).TryPollAsync();
            await rollout.Worker(buildId).TryPollActivityAsync();
        }

        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        var retried = ManualWorker.Activity("activity", Rollout.Queue);
        retried.ScheduleActivityTaskCommandAttributes.RetryPolicy = new() { InitialInterval = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)) };
        await rollout.Worker("1").WorkAsync(AutoUpgrade, retried);
        var first = await rollout.Worker("1").PollActivityAsync();
        await rollout.Service.RespondActivityTaskFailedAsync(new() { TaskToken = first.TaskToken, Failure = new() { Message = "no", ApplicationFailureInfo = new() } });
        await rollout.SetCurrentAsync("2");
        await rollout.SignalAsync("order");
        await rollout.Worker("2").WorkAsync(AutoUpgrade);
        await rollout.Server.SkipAsync(TimeSpan.FromSeconds(61));
        var second = await rollout.Worker("2").PollActivityAsync();
        Assert.That((second.ActivityId, second.Attempt), Is.EqualTo(("activity", 2)));
    }

    [Test]
    public async Task An_update_moves_the_workflow_if_it_is_accepted_and_leaves_no_trace_if_not([Values] bool accepts)
    {
        await using var rollout = await MovingAsync(signals: false);
        var update = rollout.Service.UpdateWorkflowExecutionAsync(new()
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = "order" },
            WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Completed },
            Request = new() { Meta = new() { UpdateId = "update" }, Input = new() { Name = "update" } },
        });
        var worker = rollout.Worker("2");
        var task = await worker.PollAsync();
        Assert.That((await rollout.VersioningOfAsync("order")).VersionTransition, Is.Null, "nothing is decided yet");
        var answer = new RespondWorkflowTaskCompletedRequest { TaskToken = task.TaskToken, DeploymentOptions = worker.Options, VersioningBehavior = AutoUpgrade };
        if (accepts)
        {
            Say(answer, "accept", new Acceptance { AcceptedRequestMessageId = task.Messages[0].Id, AcceptedRequestSequencingEventId = task.Messages[0].EventId });
            Say(answer, "complete", new Response { Meta = new() { UpdateId = "update" }, Outcome = new() { Success = new() } });
        }
        else
        {
            answer.Messages.Add(new Message { Id = "reject", ProtocolInstanceId = "update", Body = Any.Pack(new Rejection { Failure = new() { Message = "no" } }) });
        }

        await rollout.Service.RespondWorkflowTaskCompletedAsync(answer);
        Assert.That((await update).Outcome.Success is not null, Is.EqualTo(accepts));
        Assert.That((await rollout.VersioningOfAsync("order")).DeploymentVersion.BuildId, Is.EqualTo(accepts ? "2" : "1"));
        await rollout.SignalAsync("order");
        Assert.That(await rollout.Worker("2").TryPollAsync(), Is.EqualTo("order"));
    }

    /// <summary>An auto-upgrade workflow on version 1; version 2 is current, and 3 is there.</summary>
    private static async Task<Rollout> MovingAsync(bool signals = true)
    {
        var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2", "3");
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(AutoUpgrade);
        await rollout.SetCurrentAsync("2");
        if (signals)
        {
            await rollout.SignalAsync("order");
        }

        return rollout;
    }

    private static void Say(RespondWorkflowTaskCompletedRequest answer, string messageId, Google.Protobuf.IMessage body)
    {
        answer.Messages.Add(new Message { Id = messageId, ProtocolInstanceId = "update", Body = Any.Pack(body) });
        answer.Commands.Add(new Command { CommandType = CommandType.ProtocolMessage, ProtocolMessageCommandAttributes = new() { MessageId = messageId } });
    }
}
