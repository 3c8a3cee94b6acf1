using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Common;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Schedules;

/// <summary>Schedules as clients of the SDK know them: created, described, changed, listed, deleted.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ScheduleTests
{
    private static readonly SearchAttributeKey<string> City = SearchAttributeKey.CreateKeyword("City");

    [Test]
    public async Task A_schedule_is_described_as_it_was_created()
    {
        await using var fixture = await ScheduleFixture.StartAsync(
            ScheduleOverlapPolicy.BufferOne,
            schedule => schedule with
            {
                Policy = schedule.Policy with { CatchupWindow = TimeSpan.FromMinutes(5), PauseOnFailure = true },
                State = new ScheduleState { Note = "every night", Paused = true },
            },
            new ScheduleSpec
            {
                CronExpressions = ["0 3 * * *"],
                Intervals = [new ScheduleIntervalSpec(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5))],
                TimeZoneName = "Asia/Seoul",
                Jitter = TimeSpan.FromSeconds(10),
            },
            new ScheduleOptions { Memo = new Dictionary<string, object> { ["owner"] = "sales" }, TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(City, "Seoul").ToSearchAttributeCollection() },
            new() { SearchAttributes = new Dictionary<string, IndexedValueType> { ["City"] = IndexedValueType.Keyword } });
        var description = await fixture.Schedule.DescribeAsync();

        Assert.That(description.Schedule.Policy, Is.EqualTo(new SchedulePolicy
        {
            Overlap = ScheduleOverlapPolicy.BufferOne,
            CatchupWindow = TimeSpan.FromMinutes(5),
            PauseOnFailure = true,
        }));
        Assert.That((description.Schedule.State.Note, description.Schedule.State.Paused), Is.EqualTo(("every night", true)));
        Assert.That(description.Schedule.Spec.CronExpressions, Is.Empty);
        Assert.That(description.Schedule.Spec.Calendars.Single().Hour.Single(), Is.EqualTo(new ScheduleRange(3, 3, 1)));
        Assert.That(description.Schedule.Spec.TimeZoneName, Is.EqualTo("Asia/Seoul"));
        Assert.That(((ScheduleActionStartWorkflow)description.Schedule.Action).Workflow, Is.EqualTo(nameof(GatedWorkflow)));
        Assert.That(await description.Memo["owner"].ToValueAsync<string>(), Is.EqualTo("sales"));
        Assert.That(description.TypedSearchAttributes.Get(City), Is.EqualTo("Seoul"));
        Assert.That(description.Info.NextActionTimes, Has.Count.EqualTo(10));
        Assert.That(description.Info.NumActions, Is.Zero);
    }

    [Test]
    public async Task A_second_schedule_of_the_same_name_is_refused_until_the_first_is_deleted()
    {
        await using var fixture = await ScheduleFixture.StartAsync();
        Task CreateAsync() => fixture.Client.CreateScheduleAsync("nightly", new Schedule(fixture.Action(), new ScheduleSpec()));
        await Assert.ThatAsync(CreateAsync, Throws.TypeOf<ScheduleAlreadyRunningException>());
        await fixture.Schedule.DeleteAsync();
        await Assert.ThatAsync(CreateAsync, Throws.Nothing);
    }

    [Test]
    public async Task The_same_request_to_create_succeeds_twice()
    {
        await using var fixture = await ScheduleFixture.StartAsync();
        var request = new CreateScheduleRequest { Namespace = "default", ScheduleId = "twice", RequestId = "r-1" };
        var token = (await fixture.Client.WorkflowService.CreateScheduleAsync(request)).ConflictToken;
        Assert.That((await fixture.Client.WorkflowService.CreateScheduleAsync(request)).ConflictToken, Is.EqualTo(token));
    }

    [Test]
    public async Task A_deleted_schedule_is_gone_from_every_call()
    {
        await using var fixture = await ScheduleFixture.StartAsync();
        await fixture.Schedule.DeleteAsync();
        foreach (var call in (Func<Task>[])[() => fixture.Schedule.DescribeAsync(), () => fixture.Schedule.PauseAsync(), () => fixture.Schedule.DeleteAsync()])
        {
            Assert.That((await Assert.ThrowsAsync<RpcException>(() => call()))!.Code, Is.EqualTo(RpcException.StatusCode.NotFound));
        }
        Assert.That(await ListAsync(fixture.Client, string.Empty), Is.Empty);
    }

    [TestCase("0 25 * * *", "Invalid schedule spec: Hour is not in range [0-23]")]
    [TestCase("TZ=Mars/Base 0 1 * * *", "Invalid schedule spec: unknown time zone Mars/Base")]
    public async Task A_spec_that_cannot_be_followed_is_refused_on_create_and_update(string cron, string refusal)
    {
        await using var fixture = await ScheduleFixture.StartAsync();
        var spec = new ScheduleSpec { CronExpressions = [cron] };
        var created = (await Assert.ThrowsAsync<RpcException>(() => fixture.Client.CreateScheduleAsync("other", new Schedule(fixture.Action(), spec))))!;
        Assert.That((created.Code, created.Message), Is.EqualTo((RpcException.StatusCode.InvalidArgument, refusal)));
        var updated = (await Assert.ThrowsAsync<RpcException>(
            () => fixture.Schedule.UpdateAsync(input => new ScheduleUpdate(input.Description.Schedule with { Spec = spec }))))!;
        Assert.That(updated.Message, Is.EqualTo(refusal));
    }

    [Test]
    public async Task Pause_and_unpause_leave_their_notes_and_hold_the_actions_to_come()
    {
        await using var fixture = await ScheduleFixture.StartAsync(spec: new ScheduleSpec { Intervals = [new ScheduleIntervalSpec(TimeSpan.FromHours(1))] });
        await fixture.WithWorkerAsync(async () =>
        {
            await fixture.Schedule.PauseAsync("stocktaking");
            var paused = (await fixture.Schedule.DescribeAsync()).Schedule.State;
            Assert.That((paused.Paused, paused.Note), Is.EqualTo((true, "stocktaking")));
            await fixture.Server.Server.SkipAsync(TimeSpan.FromHours(5));
            Assert.That((await fixture.Schedule.DescribeAsync()).Info.NumActions, Is.Zero);
            await fixture.Schedule.UnpauseAsync();
            // What was missed while paused is not made up for.
            Assert.That((await fixture.Schedule.DescribeAsync()).Info.NumActions, Is.Zero);
            await fixture.Server.Server.SkipAsync(TimeSpan.FromHours(1));
            Assert.That((await fixture.Schedule.DescribeAsync()).Info.NumActions, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task An_update_changes_what_comes_and_keeps_what_was()
    {
        await using var fixture = await ScheduleFixture.StartAsync();
        await fixture.TriggerAsync();
        await fixture.Schedule.UpdateAsync(input => new ScheduleUpdate(input.Description.Schedule with
        {
            Spec = new ScheduleSpec { CronExpressions = ["@daily"] },
            State = new ScheduleState { Note = "changed" },
        }));
        var description = await fixture.Schedule.DescribeAsync();
        Assert.That(description.Schedule.State.Note, Is.EqualTo("changed"));
        Assert.That(description.Info.NumActions, Is.EqualTo(1));
        Assert.That(description.Info.LastUpdatedAt, Is.Not.Null);
        Assert.That(description.Info.NextActionTimes.First().TimeOfDay, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task Of_two_updates_from_the_same_description_the_second_is_refused()
    {
        await using var fixture = await ScheduleFixture.StartAsync();
        var schedules = fixture.Client.WorkflowService;
        var description = await schedules.DescribeScheduleAsync(new DescribeScheduleRequest { Namespace = "default", ScheduleId = "nightly" });
        await fixture.Schedule.PauseAsync("meanwhile");
        var refused = (await Assert.ThrowsAsync<RpcException>(() => schedules.UpdateScheduleAsync(new UpdateScheduleRequest
        {
            Namespace = "default",
            ScheduleId = "nightly",
            Schedule = description.Schedule,
            ConflictToken = description.ConflictToken,
        })))!;
        Assert.That((refused.Code, refused.Message), Is.EqualTo((RpcException.StatusCode.FailedPrecondition, "mismatched conflict token")));
        Assert.That((await fixture.Schedule.DescribeAsync()).Schedule.State.Paused, Is.True);
    }

    [Test]
    public async Task Schedules_are_listed_by_filter_and_never_among_workflows()
    {
        await using var fixture = await ScheduleFixture.StartAsync(spec: new ScheduleSpec { Intervals = [new ScheduleIntervalSpec(TimeSpan.FromHours(1))] });
        await fixture.Client.CreateScheduleAsync("weekly", new Schedule(fixture.Action("other"), new ScheduleSpec { CronExpressions = ["@weekly"] }));
        await fixture.Schedule.PauseAsync();

        Assert.That(await ListAsync(fixture.Client, string.Empty), Is.EquivalentTo(new[] { "nightly", "weekly" }));
        Assert.That(await ListAsync(fixture.Client, "TemporalSchedulePaused = true"), Is.EqualTo(new[] { "nightly" }));
        Assert.That(await ListAsync(fixture.Client, "ScheduleId = 'weekly'"), Is.EqualTo(new[] { "weekly" }));
        Assert.That(await ListAsync(fixture.Client, "ScheduleId STARTS_WITH 'n' OR TemporalSchedulePaused = false"), Has.Count.EqualTo(2));
        Assert.That((await fixture.Client.WorkflowService.CountSchedulesAsync(new CountSchedulesRequest { Namespace = "default" })).Count, Is.EqualTo(2));
        Assert.That((await fixture.Client.CountWorkflowsAsync(string.Empty)).Count, Is.Zero);
        foreach (var name in new[] { "WorkflowId", "ExecutionStatus", "TemporalNamespaceDivision", "TemporalScheduledById" })
        {
            await Assert.ThatAsync(
                () => ListAsync(fixture.Client, $"{name} = 'Running'"),
                Throws.TypeOf<RpcException>().With.Message.EqualTo($"invalid query filter for schedules: cannot filter on \"{name}\""));
        }

        await Assert.ThatAsync(() => ListAsync(fixture.Client, "Nope = 1"), Throws.TypeOf<RpcException>().With.Message.Contains("invalid query"));
        await Assert.ThatAsync(() => ListAsync(fixture.Client, "ScheduleId = 'a') OR (ScheduleId = 'b'"), Throws.TypeOf<RpcException>());
    }

    [Test]
    public async Task Search_attributes_of_the_action_are_described_with_their_type_and_set_on_what_it_starts()
    {
        await using var fixture = await ScheduleFixture.StartAsync(
            server: new() { SearchAttributes = new Dictionary<string, IndexedValueType> { ["City"] = IndexedValueType.Keyword } });
        var description = await fixture.Client.WorkflowService.DescribeScheduleAsync(new DescribeScheduleRequest { Namespace = "default", ScheduleId = "nightly" });
        // As a client without types would send it.
        description.Schedule.Action.StartWorkflow.SearchAttributes = new()
        {
            IndexedFields = { ["City"] = new() { Metadata = { ["encoding"] = Google.Protobuf.ByteString.CopyFromUtf8("json/plain") }, Data = Google.Protobuf.ByteString.CopyFromUtf8("\"Seoul\"") } },
        };
        await fixture.Client.WorkflowService.UpdateScheduleAsync(new UpdateScheduleRequest { Namespace = "default", ScheduleId = "nightly", Schedule = description.Schedule });
        await fixture.TriggerAsync();
        var action = (ScheduleActionStartWorkflow)(await fixture.Schedule.DescribeAsync()).Schedule.Action;
        Assert.That(action.Options.TypedSearchAttributes!.Get(City), Is.EqualTo("Seoul"));
        Assert.That((await fixture.Client.CountWorkflowsAsync("City = 'Seoul' AND TemporalScheduledById = 'nightly'")).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_list_tells_what_each_schedule_does_next()
    {
        await using var fixture = await ScheduleFixture.StartAsync(spec: new ScheduleSpec { Intervals = [new ScheduleIntervalSpec(TimeSpan.FromHours(1))] });
        await fixture.TriggerAsync();
        await foreach (var entry in fixture.Client.ListSchedulesAsync())
        {
            Assert.That(((ScheduleListActionStartWorkflow)entry.Schedule!.Action).Workflow, Is.EqualTo(nameof(GatedWorkflow)));
            Assert.That(entry.Info!.NextActionTimes, Has.Count.EqualTo(5));
            Assert.That(entry.Info.RecentActions, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task Matching_times_are_those_of_the_spec_whether_or_not_it_acts_on_them()
    {
        await using var fixture = await ScheduleFixture.StartAsync(
            amend: schedule => schedule with { State = new ScheduleState { Paused = true } }, spec: new ScheduleSpec { CronExpressions = ["0 3 * * *"] });
        var times = await fixture.Client.WorkflowService.ListScheduleMatchingTimesAsync(new ListScheduleMatchingTimesRequest
        {
            Namespace = "default",
            ScheduleId = "nightly",
            StartTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc)),
            EndTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(new DateTime(2026, 3, 3, 0, 0, 0, DateTimeKind.Utc)),
        });
        Assert.That(times.StartTime.Select(time => time.ToDateTime().ToString("dd HH:mm", null)), Is.EqualTo(new[] { "01 03:00", "02 03:00" }));
    }

    private static async Task<List<string>> ListAsync(ITemporalClient client, string query)
    {
        List<string> ids = [];
        await foreach (var entry in client.ListSchedulesAsync(new ScheduleListOptions { Query = query }))
        {
            ids.Add(entry.Id);
        }
        return ids;
    }
}
