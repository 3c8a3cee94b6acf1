using System.Collections.Concurrent;
using Microsoft.Playwright;
using Temporalio.Client;
using static Microsoft.Playwright.Assertions;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>
/// A new browser page without stored settings. Every test also asserts that the page calls no host but its own server and that neither the API nor the
/// page's scripts fail meanwhile.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public abstract class PageTest
{
    private readonly ConcurrentQueue<string> complaints = new();

    /// <summary>What a test calls the failures that it provokes on purpose.</summary>
    protected Func<string, bool> Expected { get; set; } = _ => false;

    protected abstract Uri UiAddress { get; }

    protected IPage Page { get; private set; } = null!;

    protected string NamespaceUrl => $"{UiAddress}namespaces/default";

    /// <summary>The remote codec that the server's settings name; <c>null</c>: none, and the page may call no other host.</summary>
    protected virtual Uri? CodecAddress => null;

    [SetUp]
    public async Task OpenPageAsync()
    {
        complaints.Clear();
        Expected = _ => false;
        Page = await WebUiSetUp.Browser.NewPageAsync();
        Page.SetDefaultTimeout(30_000);
        Page.PageError += (_, error) => complaints.Enqueue($"script: {error}");
        Page.Request += (_, request) =>
        {
            if (request.Url.StartsWith("http", StringComparison.Ordinal)
                && !request.Url.StartsWith(UiAddress.ToString(), StringComparison.Ordinal)
                && (CodecAddress is null || !request.Url.StartsWith(CodecAddress.ToString(), StringComparison.Ordinal)))
            {
                complaints.Enqueue($"outside: {request.Url}");
            }
        };
        Page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                complaints.Enqueue($"{response.Status}: {response.Request.Method} {response.Url}");
            }
        };
    }

    [TearDown]
    public async Task ClosePageAsync()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            // Not its name, which holds the arguments and may be no valid file name.
            var test = TestContext.CurrentContext.Test;
            var picture = Path.Combine(Path.GetTempPath(), $"webui-{test.MethodName}-{test.ID}.png");
            await Page.ScreenshotAsync(new() { Path = picture });
            await TestContext.Out.WriteLineAsync($"{Page.Url}\n{picture}\n{string.Join('\n', complaints)}");
        }

        await ForgetSettingsAsync();
        await Page.CloseAsync();
        Assert.That(complaints.Where(complaint => !Expected(complaint)), Is.Empty);
    }

    /// <summary>Opens one of a run's tabs by its address.</summary>
    protected Task OpenAsync(WorkflowHandle handle, string tab) =>
        Page.GotoAsync($"{NamespaceUrl}/workflows/{Uri.EscapeDataString(handle.Id)}/{handle.FirstExecutionRunId ?? handle.RunId}/{tab}");

    /// <summary>The page has each action twice, for narrow and for wide windows; one of them shows.</summary>
    protected static ILocator Visible(ILocator both) => both.Filter(new() { Visible = true });

    protected static async Task ChooseAsync(ILocator dialog, string select, string option)
    {
        await dialog.GetByTestId($"{select}-button").ClickAsync();
        await dialog.GetByRole(AriaRole.Option).Filter(new() { HasText = option }).First.ClickAsync();
    }

    protected static Task SubmitAsync(ILocator dialog) => dialog.GetByTestId("confirm-modal-button").ClickAsync();

    /// <summary>Types into the JSON editor. It closes brackets and quotes by itself, so the text goes in as a whole.</summary>
    protected async Task TypeJsonAsync(ILocator form, string json)
    {
        await form.Locator(".cm-content").First.ClickAsync();
        await Page.Keyboard.InsertTextAsync(json);
    }

    protected ILocator Dialog(string action) => Visible(Page.GetByTestId($"{action}-confirmation-modal"));

    /// <summary>Opens the dialog of an action from the menu of the run that the page shows.</summary>
    protected async Task<ILocator> OpenDialogAsync(string action)
    {
        await Expect(Page.GetByTestId("event-summary-table")).ToContainTextAsync("Workflow Execution Started");
        await Visible(Page.Locator("#workflow-actions-menu-button")).ClickAsync();
        await Visible(Page.GetByTestId($"{action}-button")).ClickAsync();
        return Dialog(action);
    }

    /// <summary>The UI stores what a user chose (columns, filters, time format); the next test begins without it.</summary>
    private async Task ForgetSettingsAsync()
    {
        if (Page.Url.StartsWith("http", StringComparison.Ordinal))
        {
            await Page.EvaluateAsync("() => localStorage.clear()");
        }
    }
}
