using System.Text.Json;
using Microsoft.Playwright;
using OrderOrchestration.Tests.WebUi.Workflows;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using static Microsoft.Playwright.Assertions;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>
/// Ids with characters that are special in addresses: a page shows its own id and no other, whether a link leads to it, its address is typed or it is loaded
/// again.
/// </summary>
public sealed class AddressTests : BrowserTest
{
    private static readonly string[] Ids = ["100%", "a%2Fb", "a/b", "a/b c+d", "%25", "%", "소파 50% 할인?x=1#2&3"];

    /// <summary>What some of those become where an escape is made, or undone, once too often: there too is a run, but the wrong one.</summary>
    private static readonly string[] Lookalikes = ["100%25", "a%252Fb", "a%2Fb%20c%2Bd", "a/b c d", "%2525"];

    private readonly Dictionary<string, WorkflowHandle<Parcel, string>> parcels = [];

    [OneTimeSetUp]
    public async Task StartRunsAsync()
    {
        foreach (var id in Ids.Concat(Lookalikes))
        {
            parcels[id] = await Client.StartWorkflowAsync((Parcel parcel) => parcel.RunAsync($"what {id} carries"), new(id, "webui-tests"));
        }
    }

    [Test]
    public async Task Every_run_is_opened_from_the_list()
    {
        await Page.GotoAsync($"{NamespaceUrl}/workflows");
        foreach (var id in Ids)
        {
            await Link(id).ClickAsync();
            await ExpectRunAsync(id);
            await Page.GoBackAsync();
        }
    }

    [TestCase("%25")]
    [TestCase("a%2Fb")]
    [TestCase("소파 50% 할인?x=1#2&3")]
    public async Task A_run_is_opened_by_its_address_and_again_by_a_reload(string id)
    {
        await Page.GotoAsync($"{NamespaceUrl}/workflows/{Uri.EscapeDataString(id)}");
        await ExpectRunAsync(id);

        await Page.ReloadAsync();
        await ExpectRunAsync(id);
    }

    [TestCase("100%")]
    [TestCase("%")]
    [TestCase("a%2Fb", "a/b", Description = "Where it can be an escape, it is one.")]
    public async Task A_percent_sign_that_is_no_escape_need_not_be_escaped(string typed, string? id = null)
    {
        await Page.GotoAsync($"{NamespaceUrl}/workflows/{typed}");
        await ExpectRunAsync(id ?? typed);

        await Page.GotoAsync($"{NamespaceUrl}/workflows/{typed}/{parcels[id ?? typed].FirstExecutionRunId}/history");
        await ExpectRunAsync(id ?? typed);
    }

    [Test]
    public async Task A_run_whose_id_has_quotation_marks_is_opened_by_its_address()
    {
        const string Id = "a \"b\" c";
        await Client.StartWorkflowAsync((Parcel parcel) => parcel.RunAsync("A lamp"), new(Id, "webui-tests"));
        await Page.GotoAsync($"{NamespaceUrl}/workflows/{Uri.EscapeDataString(Id)}");
        await Expect(Heading(Id)).ToBeVisibleAsync();
    }

    [Test]
    public async Task An_address_of_no_run_says_so()
    {
        await Page.GotoAsync($"{NamespaceUrl}/workflows/nowhere");
        await Expect(Page.GetByText("There is no workflow 'nowhere'")).ToBeVisibleAsync();
    }

    [TestCase("a%2Fb")]
    public async Task All_tabs_and_the_raw_history_are_of_the_same_run(string id)
    {
        await OpenAsync(parcels[id], "history");
        await ExpectRunAsync(id);
        await Expect(Page.GetByTestId("view-raw-event-history")).ToHaveAttributeAsync("href", $"{new Uri(Page.Url).AbsolutePath}.json");
        var raw = await Page.APIRequest.GetAsync($"{Page.Url}.json");
        Assert.That(await raw.TextAsync(), Does.StartWith("[{").And.Contains(Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes($"what {id} carries"))));

        foreach (var tab in new[] { "relationships", "workers", "pending-activities", "call-stack", "queries", "metadata" })
        {
            await Page.Locator($"#{tab}-tab").ClickAsync();
            await Expect(Page.Locator($"#{tab}-tab")).ToHaveAttributeAsync("aria-selected", "true");
            await Expect(Heading(id)).ToBeVisibleAsync();
        }

        await Page.Locator("#history-tab").ClickAsync();
        await ExpectRunAsync(id);
    }

    [TestCase("a%2Fb")]
    public async Task A_signal_goes_to_the_run_that_is_shown(string id)
    {
        await OpenAsync(parcels[id], "history");
        var dialog = await OpenDialogAsync("signal");
        await ChooseAsync(dialog, "signal-select", "AddNote");
        await TypeJsonAsync(dialog, """{"Author": "Kim", "Text": "ring twice"}""");
        await SubmitAsync(dialog);

        await Expect(Page.GetByText("Workflow signaled.")).ToBeVisibleAsync();
        Assert.That((await parcels[id].QueryAsync(running => running.Whereabouts())).Notes, Has.Count.EqualTo(1));
        Assert.That((await parcels["a/b"].QueryAsync(running => running.Whereabouts())).Notes, Is.Empty);
    }

    [TestCase("tasks%2Fb/c d+e")]
    public async Task A_task_queue_is_opened_from_its_run_and_again_by_a_reload(string queue)
    {
        var parcel = await Client.StartWorkflowAsync((Parcel waiting) => waiting.RunAsync("A lamp"), new($"waits at {queue}", queue));
        await OpenAsync(parcel, "workers");
        await Page.GetByTestId("task-queue-name").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(Page.GetByTestId("task-queue-name")).ToHaveTextAsync(queue);

        await Page.ReloadAsync();
        await Expect(Page.GetByTestId("task-queue-name")).ToHaveTextAsync(queue);
    }

    [TestCase("a%2Fb")]
    public async Task A_schedule_is_opened_from_the_list_and_by_its_address_and_paused(string id)
    {
        var schedule = await CreateScheduleAsync(id, "listed");
        await Page.GotoAsync($"{NamespaceUrl}/schedules");
        await Link(schedule.Id).ClickAsync();
        await ExpectScheduleAsync(schedule);

        await Page.GotoAsync($"{NamespaceUrl}/schedules/{Uri.EscapeDataString(schedule.Id)}");
        await ExpectScheduleAsync(schedule);

        await Page.Locator("#schedule-actions-primary-button").ClickAsync();
        await Page.Locator("#pause-reason").FillAsync("stocktaking");
        await Page.Locator("#pause-schedule-modal").GetByTestId("confirm-modal-button").ClickAsync();
        await Expect(Page.Locator("header").GetByText("Paused", new() { Exact = true })).ToBeVisibleAsync();
        Assert.That((await schedule.DescribeAsync()).Schedule.State.Paused, Is.True);
    }

    [TestCase("a%2Fb")]
    public async Task A_schedule_is_edited(string id)
    {
        var schedule = await CreateScheduleAsync(id, "edited");
        await Page.GotoAsync($"{NamespaceUrl}/schedules/{Uri.EscapeDataString(schedule.Id)}");
        await Page.Locator("#schedule-actions-menu-button").ClickAsync();
        await Page.GetByTestId("edit-schedule").ClickAsync();
        await Expect(Page.GetByTestId("schedule-name-input")).ToHaveValueAsync(schedule.Id);
        await Page.ReloadAsync();

        await Expect(Page.GetByTestId("schedule-name-input")).ToHaveValueAsync(schedule.Id);
        await Page.GetByTestId("schedule-workflow-id-input").FillAsync("started otherwise");
        await Page.GetByTestId("create-schedule-button").ClickAsync();

        await Expect(Page.GetByTestId("schedule-name")).ToHaveTextAsync(schedule.Id);
        var action = (ScheduleActionStartWorkflow)(await schedule.DescribeAsync()).Schedule.Action;
        Assert.That(action.Options.Id, Is.EqualTo("started otherwise"));
    }

    [TestCase("a%2Fb")]
    public async Task A_run_is_opened_from_its_schedule(string id)
    {
        var schedule = await CreateScheduleAsync(id, "triggered");
        await schedule.TriggerAsync();
        await Page.GotoAsync($"{NamespaceUrl}/schedules/{Uri.EscapeDataString(schedule.Id)}");
        await Page.GetByRole(AriaRole.Link).Filter(new() { HasText = $"from {schedule.Id}" }).ClickAsync();

        await Expect(Page.GetByTestId("workflow-id-heading")).ToContainTextAsync($"from {schedule.Id}");
        await Expect(Page.GetByTestId("input-and-result")).ToContainTextAsync($"what {schedule.Id} sends");
    }

    private ILocator Heading(string id) => Page.GetByTestId("workflow-id-heading").GetByText(id, new() { Exact = true });

    private ILocator Link(string text) => Page.GetByRole(AriaRole.Link, new() { Name = text, Exact = true }).First;

    /// <summary>The run's id is over the page, and what it was started with is in the history below.</summary>
    private async Task ExpectRunAsync(string id)
    {
        await Expect(Heading(id)).ToBeVisibleAsync();
        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("Workflow Execution Started");
        await Expect(Page.GetByTestId("input-and-result")).ToContainTextAsync($"what {id} carries");
    }

    private async Task ExpectScheduleAsync(ScheduleHandle schedule)
    {
        await Expect(Page.GetByTestId("schedule-name")).ToHaveTextAsync(schedule.Id);
        await Expect(Page.Locator("#content")).ToContainTextAsync($"what {schedule.Id} sends");
    }

    /// <summary>A schedule whose own time does not come while a test looks.</summary>
    private Task<ScheduleHandle> CreateScheduleAsync(string id, string purpose) => Client.CreateScheduleAsync($"{purpose} {id}", new Schedule(
        ScheduleActionStartWorkflow.Create((Parcel parcel) => parcel.RunAsync($"what {purpose} {id} sends"), new($"from {purpose} {id}", "webui-tests")),
        new() { Intervals = [new(TimeSpan.FromDays(300))] }));
}
