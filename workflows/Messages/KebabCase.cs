namespace OrderOrchestration.Workflows.Messages;

/// <summary>Enumeration values in the format that is used everywhere: kebab-case.</summary>
public static class KebabCase
{
    /// <summary>Formats a status, a reason or a kind.</summary>
    public static string Name<T>(T word)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());
}
