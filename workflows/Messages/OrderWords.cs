namespace OrderOrchestration.Workflows.Messages;

/// <summary>Words as they are written everywhere: kebab-case.</summary>
public static class OrderWords
{
    /// <summary>A status, a reason or a kind.</summary>
    public static string Name<T>(T word)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());
}
