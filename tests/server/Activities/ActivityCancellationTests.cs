using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Activities;

/// <summary>What comes of a workflow's wish that an activity end.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class ActivityCancellationTests
{
    [Test]
    public async Task One_that_nobody_has_begun_ends_at_once_and_says_why()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ActivityAnswerTests.ScheduledAsync(server);
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = (await hand.PollAsync()).TaskToken, Identity = "decider", Commands = { Cancel(5) } });
        var canceled = (await hand.HistoryAsync("w")).Single(e => e.EventType == EventType.ActivityTaskCanceled).ActivityTaskCanceledEventAttributes;
        Assert.That((canceled.Details.Payloads_[0].Data.ToStringUtf8(), canceled.Identity), Is.EqualTo(("\"ACTIVITY_ID_NOT_STARTED\"", "decider")));
        Assert.That((await hand.PollAsync()).History.Events[^3].EventType, Is.EqualTo(EventType.ActivityTaskCanceled), "the workflow is told in a task of its own");
    }

    [Test]
    public async Task One_that_was_to_begin_with_the_same_answer_does_not_begin()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var activity = ManualWorker.Activity("a", hand.TaskQueue);
        activity.ScheduleActivityTaskCommandAttributes.RequestEagerExecution = true;
        var answer = await hand.WorkAsync(activity, Cancel(5));
        Assert.That(answer.ActivityTasks, Is.Empty);
        Assert.That((await hand.HistoryAsync("w"))[6].EventType, Is.EqualTo(EventType.ActivityTaskCanceled));
    }

    [Test]
    public async Task One_that_ended_meanwhile_is_noted_and_stays_ended()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ActivityAnswerTests.ScheduledAsync(server);
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        var task = await hand.PollAsync();
        await hand.Service.RespondActivityTaskCompletedAsync(new() { TaskToken = (await hand.PollActivityAsync()).TaskToken });
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { Cancel(5) } });
        var types = (await hand.HistoryAsync("w")).Select(e => e.EventType).ToList();
        Assert.That(types, Has.One.EqualTo(EventType.ActivityTaskCancelRequested).And.One.EqualTo(EventType.ActivityTaskCompleted).And.None.EqualTo(EventType.ActivityTaskCanceled));
    }

    [TestCase("an activity that never was")]
    [TestCase("one that ended before")]
    [TestCase("one that was asked already")]
    public async Task Of_any_other_it_fails_the_task(string which)
    {
        await using var server = await TestServer.StartAsync();
        var hand = await ActivityAnswerTests.ScheduledAsync(server);
        var token = (await hand.PollActivityAsync()).TaskToken;
        if (which == "one that ended before")
        {
            await hand.Service.RespondActivityTaskCompletedAsync(new() { TaskToken = token });
        }
        else
        {
            await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        }

        if (which == "one that was asked already")
        {
            await hand.WorkAsync(Cancel(5));
            await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        }

        await Assert.ThatAsync(
            () => hand.WorkAsync(Cancel(which == "an activity that never was" ? 99 : 5)),
            Throws.TypeOf<RpcException>().With.Message.StartsWith("BadRequestCancelActivityAttributes: invalid history builder state for action"));
    }

    private static Command Cancel(long scheduledEventId) => new()
    {
        CommandType = CommandType.RequestCancelActivityTask,
        RequestCancelActivityTaskCommandAttributes = new() { ScheduledEventId = scheduledEventId },
    };
}
