using Microsoft.Playwright;
using OrderOrchestration.Tests.WebUi.Workflows;
using Temporalio.Client.Schedules;
using static Microsoft.Playwright.Assertions;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>Schedules: shown, created, triggered and paused.</summary>
public sealed class ScheduleTests : BrowserTest
{
    [Test]
    public async Task A_schedule_is_listed_with_what_it_starts()
    {
        await CreateAsync("nightly.v1");
        await Page.GotoAsync($"{NamespaceUrl}/schedules");

        var row = Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "nightly.v1" });
        await Expect(row).ToContainTextAsync("Parcel");
        await row.GetByRole(AriaRole.Link, new() { Name = "nightly.v1" }).ClickAsync();
        await Expect(Page.GetByTestId("schedule-name")).ToHaveTextAsync("nightly.v1");
    }

    [Test]
    public async Task An_address_with_a_dot_at_its_end_is_a_page_and_no_file()
    {
        await CreateAsync("nightly.v2");
        await Page.GotoAsync($"{NamespaceUrl}/schedules/nightly.v2");

        await Expect(Page.GetByTestId("schedule-name")).ToHaveTextAsync("nightly.v2");
    }

    [Test]
    public async Task A_schedule_is_triggered_and_its_run_listed()
    {
        var schedule = await CreateAsync("triggered");
        await Page.GotoAsync($"{NamespaceUrl}/schedules/triggered");
        await Page.Locator("#schedule-actions-menu-button").ClickAsync();
        await Page.GetByTestId("trigger-schedule").ClickAsync();
        await Page.Locator("#trigger-schedule-modal").GetByTestId("confirm-modal-button").ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Link).Filter(new() { HasText = "from-triggered" }).First).ToBeVisibleAsync();
        Assert.That((await schedule.DescribeAsync()).Info.NumActions, Is.EqualTo(1));
    }

    [Test]
    public async Task A_schedule_is_paused_with_a_reason()
    {
        var schedule = await CreateAsync("weekly");
        await Page.GotoAsync($"{NamespaceUrl}/schedules/weekly");
        await Page.Locator("#schedule-actions-primary-button").ClickAsync();
        await Page.Locator("#pause-reason").FillAsync("stocktaking");
        await Page.Locator("#pause-schedule-modal").GetByTestId("confirm-modal-button").ClickAsync();

        await Expect(Page.Locator("header").GetByText("Paused", new() { Exact = true })).ToBeVisibleAsync();
        var state = (await schedule.DescribeAsync()).Schedule.State;
        Assert.That(state.Paused, Is.True);
        Assert.That(state.Note, Does.Contain("stocktaking"));
    }

    [Test]
    public async Task A_schedule_is_made_from_the_form()
    {
        await Page.GotoAsync($"{NamespaceUrl}/schedules/create");
        await Page.GetByTestId("schedule-name-input").FillAsync("by-hand");
        await Page.GetByTestId("schedule-type-input").FillAsync("Parcel");
        await Page.GetByTestId("schedule-workflow-id-input").FillAsync("from-by-hand");
        await Page.GetByTestId("schedule-task-queue-input").FillAsync("webui-tests");
        await Page.GetByTestId("interval-tab").ClickAsync();
        await Page.GetByTestId("hour-interval-input").FillAsync("6");
        await Page.GetByTestId("create-schedule-button").ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "by-hand", Exact = true })).ToBeVisibleAsync();
        var made = await Client.GetScheduleHandle("by-hand").DescribeAsync();
        Assert.That(made.Schedule.Spec.Intervals.Single().Every, Is.EqualTo(TimeSpan.FromHours(6)));
    }

    /// <summary>A schedule whose own time does not come while a test looks.</summary>
    private Task<ScheduleHandle> CreateAsync(string id) => Client.CreateScheduleAsync(id, new Schedule(
        ScheduleActionStartWorkflow.Create((Parcel parcel) => parcel.RunAsync("A lamp"), new($"from-{id}", "webui-tests")),
        new() { Intervals = [new(TimeSpan.FromDays(300))] }));
}
