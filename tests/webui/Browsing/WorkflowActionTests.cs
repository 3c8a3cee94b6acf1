using Microsoft.Playwright;
using OrderOrchestration.Tests.WebUi.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using static Microsoft.Playwright.Assertions;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>What an operator does to a run from its page, and what the run makes of it.</summary>
public sealed class WorkflowActionTests : BrowserTest
{
    [Test]
    public async Task A_signal_carries_the_JSON_that_was_typed()
    {
        var parcel = await StartParcelAsync("lamp-signal");
        var dialog = await OpenDialogAsync(parcel, "signal");

        await ChooseAsync(dialog, "signal-select", "AddNote");
        await TypeJsonAsync(dialog, """{"Author": "박", "Text": "leave at the door"}""");
        await SubmitAsync(dialog);

        await Expect(Page.GetByText("Workflow signaled.")).ToBeVisibleAsync();
        var state = await parcel.QueryAsync(running => running.Whereabouts());
        Assert.That(state.Notes, Is.EqualTo(new[] { new Parcel.Note("박", "leave at the door") }));
    }

    [Test]
    public async Task An_update_is_waited_for()
    {
        var parcel = await StartParcelAsync("lamp-update");
        var dialog = await OpenDialogAsync(parcel, "update");

        await ChooseAsync(dialog, "update-select", "Redirect");
        await TypeJsonAsync(dialog, "\"Busan\"");
        await SubmitAsync(dialog);

        await Expect(Page.GetByText("Update successful")).ToBeVisibleAsync();
        Assert.That((await parcel.QueryAsync(running => running.Whereabouts())).Address, Is.EqualTo("Busan"));
    }

    [Test]
    public async Task A_rejected_update_says_why_and_leaves_the_dialog_open()
    {
        var parcel = await StartParcelAsync("lamp-rejected");
        var dialog = await OpenDialogAsync(parcel, "update");

        await ChooseAsync(dialog, "update-select", "Redirect");
        await TypeJsonAsync(dialog, "\"\"");
        await SubmitAsync(dialog);

        await Expect(dialog.GetByText("a parcel needs an address").First).ToBeVisibleAsync();
        Assert.That((await parcel.QueryAsync(running => running.Whereabouts())).Address, Is.EqualTo("Seoul"));
    }

    [Test]
    public async Task A_cancellation_reaches_the_workflow()
    {
        var parcel = await StartParcelAsync("lamp-cancel");
        await OpenAsync(parcel, "history");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Request Cancellation" }).ClickAsync();
        await SubmitAsync(Dialog("cancel"));

        Assert.That(async () => await SoonAsync(parcel.GetResultAsync()), Throws.InnerException.InstanceOf<CanceledFailureException>());
        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("Workflow Execution Canceled");
    }

    [Test]
    public async Task A_termination_keeps_its_reason()
    {
        var parcel = await StartParcelAsync("lamp-terminate");
        var dialog = await OpenDialogAsync(parcel, "terminate");
        await dialog.Locator("#workflow-termination-reason").FillAsync("sent twice");
        await SubmitAsync(dialog);

        Assert.That(async () => await SoonAsync(parcel.GetResultAsync()), Throws.InnerException.InstanceOf<TerminatedFailureException>());
        await Expect(Page.GetByText("Workflow terminated.")).ToBeVisibleAsync();
        var last = (await parcel.FetchHistoryAsync()).Events.Last();
        Assert.That(last.WorkflowExecutionTerminatedEventAttributes.Reason, Does.StartWith("sent twice"));
    }

    [Test]
    public async Task A_reset_leads_to_the_new_run()
    {
        var parcel = await StartParcelAsync("lamp-reset");
        await parcel.SignalAsync(running => running.DeliverAsync());
        await SoonAsync(parcel.GetResultAsync());
        await OpenAsync(parcel, "history");
        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("Workflow Execution Completed");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Reset", Exact = true }).ClickAsync();
        var dialog = Dialog("reset");
        await ChooseAsync(dialog, "workflow-reset-event-id-select", "WorkflowTaskCompleted");
        await dialog.GetByTestId("reset-exclude-signals-checkbox").ClickAsync();
        await SubmitAsync(dialog);

        await Page.GetByTestId("workflow-reset-alert").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(Page.Locator("header").GetByText("Running").First).ToBeVisibleAsync();
        var latest = await Client.GetWorkflowHandle(parcel.Id).DescribeAsync();
        Assert.That(latest.Status, Is.EqualTo(WorkflowExecutionStatus.Running));
        Assert.That(Page.Url, Does.Contain(latest.RunId));
    }

    [Test]
    public async Task A_workflow_is_started_from_the_form()
    {
        await Page.GotoAsync($"{NamespaceUrl}/workflows/start-workflow");
        await Page.Locator("#workflowId").FillAsync("lamp-by-hand");
        await Page.Locator("#taskQueue").FillAsync("webui-tests");
        await Page.Locator("#workflowType").FillAsync("Parcel");
        await TypeJsonAsync(Page.Locator("#content"), "\"Made by hand\"");
        await Page.GetByTestId("start-workflow-button").ClickAsync();

        await Expect(Page.GetByText("Workflow started successfully")).ToBeVisibleAsync();
        var parcel = Client.GetWorkflowHandle<Parcel, string>("lamp-by-hand");
        await parcel.SignalAsync(running => running.DeliverAsync());
        Assert.That(await SoonAsync(parcel.GetResultAsync()), Is.EqualTo("Made by hand delivered to Seoul"));
    }

    private async Task<ILocator> OpenDialogAsync(WorkflowHandle run, string action)
    {
        await OpenAsync(run, "history");
        return await OpenDialogAsync(action);
    }
}
