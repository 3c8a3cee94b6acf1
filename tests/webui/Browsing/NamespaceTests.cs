using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>The pages that are the shell's own: namespaces, and histories from a file.</summary>
public sealed class NamespaceTests : BrowserTest
{
    [Test]
    public async Task A_namespace_says_how_long_it_keeps_runs_and_what_they_can_be_found_by()
    {
        await Page.GotoAsync($"{NamespaceUrl[..NamespaceUrl.LastIndexOf('/')]}");
        await Page.GetByRole(AriaRole.Link, new() { Name = "default", Exact = true }).ClickAsync();

        await Expect(Page.GetByTestId("namespace-title")).ToHaveTextAsync("default");
        await Expect(Page.GetByTestId("namespace-facts")).ToContainTextAsync("day");
        await Expect(Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "ExecutionStatus" })).ToContainTextAsync("Keyword");
        await Expect(Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Customer" })).ToContainTextAsync("Keyword");
    }

    [Test]
    public async Task A_history_from_a_file_is_shown_without_its_server()
    {
        var parcel = await StartParcelAsync("lamp-exported");
        await parcel.SignalAsync(running => running.AddNoteAsync(new("Kim", "ring twice")));
        await parcel.SignalAsync(running => running.DeliverAsync());
        await parcel.GetResultAsync();
        var history = (await parcel.FetchHistoryAsync()).ToJson();

        await Page.GotoAsync($"{NamespaceUrl[..NamespaceUrl.IndexOf("namespaces", StringComparison.Ordinal)]}import/events");
        await Page.Locator("#import-event-history-file-upload").SetInputFilesAsync(new FilePayload
        {
            Name = "history.json",
            MimeType = "application/json",
            Buffer = Encoding.UTF8.GetBytes(history),
        });
        await Page.GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();

        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("AddNote");
    }
}
