using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Exceptions;
using Code = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Messages;

/// <summary>Updates and the workflow tasks that carry them.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class UpdateTaskTests
{
    [Test]
    public async Task An_update_does_not_keep_a_workflow_from_ending_that_has_not_seen_it()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        var task = await hand.PollAsync();
        var update = hand.UpdateAsync("w", "u");
        await KnownAsync(hand, "u");
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Commands = { ManualWorker.Complete() } });
        var refused = (await Assert.ThrowsAsync<RpcException>(() => update))!;
        Assert.That((refused.Code, refused.Message), Is.EqualTo((Code.NotFound, "workflow update was aborted by closing workflow")));
        Assert.That((await hand.HistoryAsync("w"))[^1].EventType, Is.EqualTo(EventType.WorkflowExecutionCompleted));
    }

    [Test]
    public async Task An_update_comes_to_nothing_with_the_task_that_brought_it_if_the_answer_was_wrong()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync();
        var update = hand.UpdateAsync("w", "u");
        await RefusedAsync(hand, new Acceptance { AcceptedRequestMessageId = "u/request" });
        var refused = (await Assert.ThrowsAsync<RpcException>(() => update))!;
        Assert.That(
            (refused.Code, refused.Message),
            Is.EqualTo((Code.FailedPrecondition, "Unable to perform workflow execution update due to unexpected workflow task failure.")));
        Assert.That((await hand.PollAsync()).Messages, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        static TestCaseData Case(string problem, IMessage message) => new TestCaseData(problem, message).SetArgDisplayNames(problem);
        yield return Case("invalid *update.Acceptance: accepted_request_message_id is not set", new Acceptance { AcceptedRequestSequencingEventId = 1 });
        yield return Case("invalid *update.Acceptance: accepted_request_sequencing_event_id is not set", new Acceptance { AcceptedRequestMessageId = "u/request" });
        yield return Case("invalid state transition attempted for Update u", new Response { Meta = new() { UpdateId = "u" }, Outcome = new() { Success = new() } });
    }

    [TestCaseSource(nameof(Wrong))]
    public async Task What_a_worker_says_of_an_update_must_be_whole_and_in_its_order(string problem, IMessage message)
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync();
        var update = hand.UpdateAsync("w", "u");
        Assert.That((await RefusedAsync(hand, message)).Message, Does.StartWith("BadUpdateWorkflowExecutionMessage: " + problem));
        await Assert.ThatAsync(() => update, Throws.TypeOf<RpcException>());
    }

    [Test]
    public async Task An_update_whose_worker_asks_for_more_time_is_neither_rejected_nor_sent_again()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync();
        var update = hand.UpdateAsync("w", "u");
        var task = await hand.PollAsync();
        Assert.That(task.Messages, Has.Count.EqualTo(1));
        var next = (await hand.Service.RespondWorkflowTaskCompletedAsync(
            new() { TaskToken = task.TaskToken, ForceCreateNewWorkflowTask = true, ReturnNewWorkflowTask = true })).WorkflowTask;
        Assert.That(next.Messages, Is.Empty);
        var acceptance = new Acceptance { AcceptedRequestMessageId = task.Messages[0].Id, AcceptedRequestSequencingEventId = task.Messages[0].EventId };
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = next.TaskToken, Messages = { Message(acceptance) } });
        Assert.That((await update).Stage, Is.EqualTo(UpdateWorkflowExecutionLifecycleStage.Accepted));
    }

    [Test]
    public async Task An_update_without_a_word_of_how_far_to_wait_is_answered_when_it_is_done()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync();
        var update = hand.UpdateAsync("w", "u", UpdateWorkflowExecutionLifecycleStage.Unspecified);
        await hand.AcceptUpdatesAsync();
        Assert.That(update.IsCompleted, Is.False);
        await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        var response = new Response { Meta = new() { UpdateId = "u" }, Outcome = new() { Success = ManualWorker.Payloads(1) } };
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = (await hand.PollAsync()).TaskToken, Messages = { Message(response) } });
        Assert.That((await update).Stage, Is.EqualTo(UpdateWorkflowExecutionLifecycleStage.Completed));
    }

    [Test]
    public async Task A_task_for_an_update_that_no_worker_takes_becomes_one_like_any_other()
    {
        await using var server = await TestServer.StartAsync();
        var hand = new ManualWorker(server);
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync();
        var update = hand.UpdateAsync("w", "u");
        await server.Client.GetWorkflowHandle("w").UntilAsync(description => description.WorkflowExecutionInfo.HistoryLength > 4);
        var events = await hand.HistoryAsync("w");
        Assert.That(
            events.Skip(4).Select(e => e.EventType), Is.EqualTo(new[] { EventType.WorkflowTaskScheduled, EventType.WorkflowTaskTimedOut, EventType.WorkflowTaskScheduled }));
        Assert.That(events[5].WorkflowTaskTimedOutEventAttributes.TimeoutType, Is.EqualTo(TimeoutType.ScheduleToStart));
        await hand.AcceptUpdatesAsync();
        Assert.That((await update).Stage, Is.EqualTo(UpdateWorkflowExecutionLifecycleStage.Accepted));
    }

    private static Message Message(IMessage body) => new() { Id = "m", ProtocolInstanceId = "u", Body = Any.Pack(body) };

    /// <summary>Takes the task that carries the update and answers it wrongly.</summary>
    private static async Task<RpcException> RefusedAsync(ManualWorker hand, IMessage body)
    {
        var task = await hand.PollAsync();
        Assert.That(task.Messages, Has.Count.EqualTo(1));
        return (await Assert.ThrowsAsync<RpcException>(() => hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = task.TaskToken, Messages = { Message(body) } })))!;
    }

    private static async Task KnownAsync(ManualWorker hand, string updateId)
    {
        while (true)
        {
            try
            {
                await hand.Service.PollWorkflowExecutionUpdateAsync(
                    new() { Namespace = "default", UpdateRef = new() { UpdateId = updateId, WorkflowExecution = new() { WorkflowId = "w" } } });
                return;
            }
            catch (RpcException unknown) when (unknown.Code == Code.NotFound)
            {
                await Task.Yield();
            }
        }
    }
}
