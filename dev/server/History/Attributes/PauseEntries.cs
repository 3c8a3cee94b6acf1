using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Attributes;

/// <summary>The values of TemporalPauseInfo: workflow id and reason of a paused workflow, and the types of paused activities.</summary>
internal static class PauseEntries
{
    public const string SearchAttribute = "TemporalPauseInfo";

    /// <summary>Returns the search attribute's value, or null when nothing is paused.</summary>
    public static Payload? Of(MutableState state)
    {
        if (state.PauseInfo is null && state.Activities.Count == 0)
        {
            return null;
        }

        var entries = state.Activities.Values.Where(activity => activity.Current.IsPaused)
            .Select(activity => $"property:activityType={activity.Scheduled.ActivityType.Name}").Distinct().ToList();
        if (state.PauseInfo is { } pause)
        {
            entries.Add($"Workflow:{state.Key.WorkflowId}");
            if (pause.Reason.Length > 0)
            {
                entries.Add($"Reason:{pause.Reason}");
            }
        }

        return entries.Count > 0 ? SearchAttributePayload.Encode(entries.ToArray(), IndexedValueType.KeywordList) : null;
    }
}
