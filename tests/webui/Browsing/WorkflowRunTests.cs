using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>What the pages of one run show of it.</summary>
public sealed class WorkflowRunTests : BrowserTest
{
    [Test]
    public async Task The_history_is_shown_by_event_by_group_and_as_JSON()
    {
        var parcel = await StartParcelAsync("lamp/history");
        await parcel.SignalAsync(running => running.AddNoteAsync(new("Kim", "ring twice")));
        await OpenAsync(parcel, "history");

        var table = Page.GetByTestId("event-summary-table");
        await Expect(table).ToContainTextAsync("Workflow Execution Signaled");
        await Expect(table).ToContainTextAsync("AddNote");
        await Expect(Page.GetByTestId("input-and-result")).ToContainTextAsync("A lamp");

        await Page.GetByTestId("compact").ClickAsync();
        await Expect(table).ToContainTextAsync("AddNote");
        await Expect(table).Not.ToContainTextAsync("Workflow Task Scheduled");

        await Page.GetByTestId("json").ClickAsync();
        await Expect(Page.GetByTestId("event-history-json")).ToContainTextAsync("\"eventType\": \"WorkflowExecutionStarted\"");
    }

    [Test]
    public async Task A_history_grows_before_the_eyes()
    {
        var parcel = await StartParcelAsync("lamp-growing");
        await OpenAsync(parcel, "history");
        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("Workflow Execution Started");

        await parcel.SignalAsync(running => running.DeliverAsync());

        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("Workflow Execution Completed");
        await Expect(Page.GetByTestId("input-and-result")).ToContainTextAsync("A lamp delivered to Seoul");
    }

    [Test]
    public async Task An_id_of_any_letters_is_found_by_its_address_alone()
    {
        var parcel = await StartParcelAsync("주문 1/소파 &'v2.x");
        await Page.GotoAsync($"{NamespaceUrl}/workflows/{Uri.EscapeDataString(parcel.Id)}");

        await Expect(Page.GetByTestId("workflow-id-heading")).ToContainTextAsync(parcel.Id);
        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("Workflow Execution Started");
    }

    [Test]
    public async Task A_pending_activity_says_why_it_failed()
    {
        await StartPurchaseAsync("chair-1");
        var payment = Client.GetWorkflowHandle("chair-1/payment");
        await WaitForAttemptAsync(payment, 2);
        await Page.GotoAsync($"{NamespaceUrl}/workflows/{Uri.EscapeDataString(payment.Id)}");
        await Expect(Page.GetByTestId("pending-activity-summary-row")).ToContainTextAsync("Attempt 2 / 5");

        await Page.Locator("#pending-activities-tab").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Charge" })).ToBeVisibleAsync();
        await Expect(Page.GetByText("2 of 5")).ToBeVisibleAsync();
        await Page.GetByText("Last Failure").First.ClickAsync();
        var failure = Page.Locator("main .cm-content").Filter(new() { Visible = true }).First;
        await Expect(failure).ToContainTextAsync("the bank says no to chair-1");
        await Expect(failure).ToContainTextAsync("BankRefusal");
    }

    [Test]
    public async Task Parent_and_child_find_each_other()
    {
        var purchase = await StartPurchaseAsync("chair-2");
        await WaitForAttemptAsync(Client.GetWorkflowHandle("chair-2/payment"), 2);
        await OpenAsync(purchase, "relationships");

        await Expect(Page.Locator("#content")).ToContainTextAsync("chair-2/payment");
    }

    [Test]
    public async Task Current_details_are_shown_as_the_Markdown_they_are()
    {
        var parcel = await StartParcelAsync("lamp-details");
        await OpenAsync(parcel, "history");
        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("Workflow Execution Started");

        await Page.GetByText("Current Details").ClickAsync();

        var details = Page.FrameLocator("iframe");
        await Expect(details.GetByRole(AriaRole.Heading, new() { Name = "A lamp" })).ToBeVisibleAsync();
        await Expect(details.Locator("strong")).ToHaveTextAsync("Seoul");
    }

    [Test]
    public async Task A_query_is_answered_by_the_worker()
    {
        var parcel = await StartParcelAsync("lamp-query");
        await parcel.SignalAsync(running => running.AddNoteAsync(new("Kim", "ring twice")));
        await OpenAsync(parcel, "query");

        await Page.GetByTestId("query-select-button").ClickAsync();
        await Page.GetByRole(AriaRole.Option, new() { Name = "Whereabouts" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Run Query" }).ClickAsync();

        await Expect(Page.GetByTestId("query-result")).ToContainTextAsync("ring twice");
    }

    [Test]
    public async Task The_call_stack_names_the_line_that_waits()
    {
        var parcel = await StartParcelAsync("lamp-stack");
        await OpenAsync(parcel, "call-stack");

        await Expect(Page.GetByTestId("query-call-stack")).ToContainTextAsync("Parcel.RunAsync");
    }

    [Test]
    public async Task The_task_queue_names_its_workers()
    {
        var parcel = await StartParcelAsync("lamp-workers");
        await OpenAsync(parcel, "workers");

        await Expect(Page.GetByTestId("worker-identity").First).ToContainTextAsync("a worker of the tests");
        await Page.GetByTestId("task-queue-name").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(Page.GetByTestId("task-queue-name")).ToHaveTextAsync("webui-tests");
        await Expect(Page.GetByTestId("worker-identity").First).ToContainTextAsync("a worker of the tests");
    }
}
