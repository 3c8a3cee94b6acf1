using Microsoft.Playwright;
using Temporalio.Exceptions;
using static Microsoft.Playwright.Assertions;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>The list of runs: what is there, and what a filter leaves of it.</summary>
public sealed class WorkflowListTests : BrowserTest
{
    private const string Row = "workflows-summary-configurable-table-row";

    private ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    [OneTimeSetUp]
    public async Task StartRunsAsync()
    {
        await StartParcelAsync("lamp-1");
        await StartParcelAsync("lamp-2");
        var delivered = await StartParcelAsync("lamp-3");
        await delivered.SignalAsync(parcel => parcel.DeliverAsync());
        await delivered.GetResultAsync();
    }

    [Test]
    public async Task The_first_page_is_the_list_of_the_default_namespace()
    {
        await Page.GotoAsync(NamespaceUrl[..NamespaceUrl.IndexOf("namespaces", StringComparison.Ordinal)]);

        await Expect(Page.GetByTestId(Row)).ToHaveCountAsync(3);
        await Expect(Page.GetByTestId(Row).Filter(new() { HasText = "lamp-3" })).ToContainTextAsync("Completed");
        await Expect(Page.GetByTestId(Row).Filter(new() { HasText = "lamp-1" })).ToContainTextAsync("Running");
        await Expect(Heading).ToContainTextAsync("3 Workflows");
    }

    [Test]
    public async Task A_query_in_the_address_narrows_the_list_and_the_counts()
    {
        await Page.GotoAsync($"{NamespaceUrl}/workflows?query={Uri.EscapeDataString("WorkflowId STARTS_WITH \"lamp\" AND ExecutionStatus=\"Running\"")}");

        await Expect(Page.GetByTestId(Row)).ToHaveCountAsync(2);
        await Expect(Heading).ToContainTextAsync("2 Workflows");
    }

    [Test]
    public async Task A_filter_is_made_by_clicking()
    {
        await Page.GotoAsync($"{NamespaceUrl}/workflows");
        await Expect(Page.GetByTestId(Row)).ToHaveCountAsync(3);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Filter", Exact = true }).ClickAsync();
        await Page.Locator("#search-attribute-menu").GetByText("WorkflowId", new() { Exact = true }).ClickAsync();
        await Page.Locator("#text-filter").FillAsync("lamp-2");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page.GetByTestId(Row)).ToHaveCountAsync(1);
        await Expect(Page.GetByTestId(Row)).ToContainTextAsync("lamp-2");
        Assert.That(Uri.UnescapeDataString(Page.Url), Does.Contain("WorkflowId"));
    }

    [Test]
    public async Task A_run_is_opened_from_the_list()
    {
        await Page.GotoAsync($"{NamespaceUrl}/workflows");
        await Page.GetByRole(AriaRole.Link, new() { Name = "lamp-1", Exact = true }).ClickAsync();

        await Expect(Page.GetByTestId("workflow-id-heading")).ToContainTextAsync("lamp-1");
        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("Workflow Execution Started");
    }

    [Test]
    [Order(int.MaxValue)] // The others count what there is.
    public async Task Several_runs_are_terminated_at_once()
    {
        var first = await StartParcelAsync("sofa-1");
        var second = await StartParcelAsync("sofa-2");
        await Page.GotoAsync($"{NamespaceUrl}/workflows?query={Uri.EscapeDataString("WorkflowId STARTS_WITH \"sofa\"")}");
        await Expect(Page.GetByTestId(Row)).ToHaveCountAsync(2);

        await Page.GetByTestId("batch-actions-checkbox").ClickAsync();
        await Page.GetByTestId("bulk-terminate-button").ClickAsync();
        await Page.GetByTestId("batch-terminate-confirmation").GetByTestId("confirm-modal-button").ClickAsync();

        Assert.That(async () => await first.GetResultAsync(), Throws.InnerException.InstanceOf<TerminatedFailureException>());
        Assert.That(async () => await second.GetResultAsync(), Throws.InnerException.InstanceOf<TerminatedFailureException>());
        await Page.GotoAsync($"{NamespaceUrl}/batch-operations");
        await Expect(Page.GetByRole(AriaRole.Table)).ToContainTextAsync("Completed");
    }
}
