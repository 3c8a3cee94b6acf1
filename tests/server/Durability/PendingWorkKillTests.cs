using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Durability;

/// <summary>What was taken in and not begun when the server was killed is done by the next one.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class PendingWorkKillTests
{
    private const UpdateWorkflowExecutionLifecycleStage Completed = UpdateWorkflowExecutionLifecycleStage.Completed;

    [Test]
    public async Task A_batch_job_goes_on_after_a_kill()
    {
        const int Runs = 200;
        using var database = new DatabaseFile();
        using var server = await ServerProcess.StartAsync(database.Path);
        var client = await TemporalClient.ConnectAsync(new(server.TargetHost));
        var hand = new ManualWorker(client.WorkflowService, "queue");
        await Task.WhenAll(Enumerable.Range(0, Runs).Select(i => hand.Service.StartWorkflowExecutionAsync(hand.Start($"w-{i}"))));
        await hand.Service.StartBatchOperationAsync(new()
        {
            Namespace = "default",
            JobId = "job",
            Reason = "clean up",
            VisibilityQuery = "ExecutionStatus = 'Running'",
            TerminationOperation = new() { Identity = "operator" },
        });
        server.Kill();

        using var again = await ServerProcess.StartAsync(database.Path);
        var second = await TemporalClient.ConnectAsync(new(again.TargetHost));
        DescribeBatchOperationResponse job;
        do
        {
            job = await second.WorkflowService.DescribeBatchOperationAsync(new() { Namespace = "default", JobId = "job" });
        }
        while (job.State == BatchOperationState.Running);
        Assert.That(job.State, Is.EqualTo(BatchOperationState.Completed));
        Assert.That((job.TotalOperationCount, job.CompleteOperationCount, job.FailureOperationCount), Is.EqualTo((Runs, Runs, 0)));
        Assert.That((await second.CountWorkflowsAsync("ExecutionStatus = 'Terminated'")).Count, Is.EqualTo(Runs));
    }

    [Test]
    public async Task A_batch_job_that_ended_is_still_known_after_a_kill()
    {
        using var database = new DatabaseFile();
        using var server = await ServerProcess.StartAsync(database.Path);
        var client = await TemporalClient.ConnectAsync(new(server.TargetHost));
        var hand = new ManualWorker(client.WorkflowService, "queue");
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.Service.StartBatchOperationAsync(new()
        {
            Namespace = "default",
            JobId = "job",
            Reason = "remind",
            VisibilityQuery = "WorkflowId = 'w'",
            SignalOperation = new() { Signal = "remind" },
        });
        await hand.Service.StopBatchOperationAsync(new() { Namespace = "default", JobId = "job", Reason = "enough" });
        var before = await hand.Service.DescribeBatchOperationAsync(new() { Namespace = "default", JobId = "job" });
        server.Kill();

        using var again = await ServerProcess.StartAsync(database.Path);
        var second = await TemporalClient.ConnectAsync(new(again.TargetHost));
        Assert.That(await second.WorkflowService.DescribeBatchOperationAsync(new() { Namespace = "default", JobId = "job" }), Is.EqualTo(before));
        Assert.That(
            (await second.WorkflowService.ListBatchOperationsAsync(new() { Namespace = "default" })).OperationInfo.Select(info => info.JobId), Is.EqualTo(new[] { "job" }));
    }

    [Test]
    public async Task An_update_that_no_worker_had_seen_is_carried_out_after_a_kill_and_a_caller_that_asks_again_hears_of_it()
    {
        using var database = new DatabaseFile();
        using var server = await ServerProcess.StartAsync(database.Path);
        var client = await TemporalClient.ConnectAsync(new(server.TargetHost));
        var hand = new ManualWorker(client.WorkflowService, "queue");
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync();
        var waiting = hand.UpdateAsync("w", "u", Completed);
        await AdmittedAsync(client);
        server.Kill();

        using var again = await ServerProcess.StartAsync(database.Path, server.Port);
        var second = await TemporalClient.ConnectAsync(new(again.TargetHost));
        var next = new ManualWorker(second.WorkflowService, "queue");
        Assert.That(await next.AcceptUpdatesAsync(complete: true), Is.EqualTo(1), "it comes without anybody asking again");
        Assert.That((await PollUpdateAsync(second, Completed)).Outcome.Success, Is.Not.Null);
        Assert.That((await next.UpdateAsync("w", "u", Completed)).Outcome.Success, Is.Not.Null);
        await EndAsync(waiting);
        var events = (await next.HistoryAsync("w")).Select(e => e.EventType).ToList();
        Assert.That(events.Count(type => type == EventType.WorkflowExecutionUpdateAccepted), Is.EqualTo(1));
    }

    [Test]
    public async Task An_update_that_a_worker_held_when_the_server_was_killed_goes_out_again()
    {
        using var database = new DatabaseFile();
        using var server = await ServerProcess.StartAsync(database.Path);
        var client = await TemporalClient.ConnectAsync(new(server.TargetHost));
        var hand = new ManualWorker(client.WorkflowService, "queue");
        await hand.Service.StartWorkflowExecutionAsync(hand.Start("w"));
        await hand.WorkAsync();
        var waiting = hand.UpdateAsync("w", "u", Completed);
        var held = await hand.PollAsync();
        Assert.That(held.Messages, Has.Count.EqualTo(1));
        server.Kill();

        using var again = await ServerProcess.StartAsync(database.Path, server.Port);
        var second = await TemporalClient.ConnectAsync(new(again.TargetHost));
        await Assert.ThatAsync(
            () => second.WorkflowService.RespondWorkflowTaskCompletedAsync(new() { TaskToken = held.TaskToken }),
            Throws.TypeOf<RpcException>().With.Property("Code").EqualTo(RpcException.StatusCode.NotFound),
            "the speculative task died with the server");
        Assert.That(await new ManualWorker(second.WorkflowService, "queue").AcceptUpdatesAsync(complete: true), Is.EqualTo(1));
        Assert.That((await PollUpdateAsync(second, Completed)).Outcome.Success, Is.Not.Null);
        await EndAsync(waiting);
    }

    /// <summary>The SDK asks again by itself, for some seconds: whether that was long enough for the restart is not what is tested.</summary>
    private static async Task EndAsync(Task<UpdateWorkflowExecutionResponse> call)
    {
        try
        {
            Assert.That((await call).Outcome.Success, Is.Not.Null);
        }
        catch (RpcException)
        {
            // It gave up before the next server was there.
        }
    }

    private static async Task AdmittedAsync(TemporalClient client)
    {
        while (true)
        {
            try
            {
                await PollUpdateAsync(client, UpdateWorkflowExecutionLifecycleStage.Admitted);
                return;
            }
            catch (RpcException notYet) when (notYet.Code == RpcException.StatusCode.NotFound)
            {
                // The call that brings it is on its way.
            }
        }
    }

    private static Task<PollWorkflowExecutionUpdateResponse> PollUpdateAsync(TemporalClient client, UpdateWorkflowExecutionLifecycleStage until) =>
        client.WorkflowService.PollWorkflowExecutionUpdateAsync(new()
        {
            Namespace = "default",
            UpdateRef = new() { UpdateId = "u", WorkflowExecution = new() { WorkflowId = "w" } },
            WaitPolicy = new() { LifecycleStage = until },
        });
}
