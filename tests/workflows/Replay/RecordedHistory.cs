using System.Text.RegularExpressions;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows.Replay;

/// <summary>A history as it is stored for replay: without stack traces, which name folders of the machine that built the program.</summary>
internal static partial class RecordedHistory
{
    public static async Task WriteAsync(string folder, string name, WorkflowHandle run)
    {
        var history = await run.FetchHistoryAsync();
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".json"), StackTrace().Replace(history.ToJson(), "\"stackTrace\": \"\""));
    }

    [GeneratedRegex("""
        "stackTrace": "(?:[^"\\]|\\.)*"
        """)]
    private static partial Regex StackTrace();
}
