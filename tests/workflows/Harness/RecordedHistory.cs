using System.Text.RegularExpressions;
using Temporalio.Common;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>A history as it is stored for replay: without stack traces, which name folders of the machine that built the program.</summary>
internal static partial class RecordedHistory
{
    public static Task WriteAsync(string file, WorkflowHistory history)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return File.WriteAllTextAsync(file, StackTrace().Replace(history.ToJson(), "\"stackTrace\": \"\""));
    }

    [GeneratedRegex("""
        "stackTrace": "(?:[^"\\]|\\.)*"
        """)]
    private static partial Regex StackTrace();
}
