using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>The build ids of the workers of a run, and the auto reset points: the first workflow task completed by each build.</summary>
internal sealed class WorkflowBuilds
{
    /// <summary>The value of BuildIds for a run without versioned workers.</summary>
    private const string Unversioned = "unversioned";

    /// <summary>The maximum number of reset points; the oldest are removed (real server: history.historyMaxAutoResetPoints).</summary>
    private const int MostPoints = 20;

    private readonly List<string> buildIds = [];
    private readonly List<ResetPointInfo> points = [];

    /// <summary>Gets the value of the search attribute BuildIds.</summary>
    public IReadOnlyList<string> BuildIds => buildIds;

    /// <summary>Gets the value of the search attribute BinaryChecksums, which older workers report instead of a build id.</summary>
    public IEnumerable<string> BinaryChecksums => points.Select(point => point.BinaryChecksum).Where(checksum => checksum.Length > 0);

    public IReadOnlyList<ResetPointInfo> Points => points;

    /// <summary>Gets the number of changes, from which callers detect a change.</summary>
    public int Changes { get; private set; }

    /// <summary>Adds the reset points of the previous run.</summary>
    public void Continue(ResetPoints? before) => points.AddRange(before?.Points ?? []);

    /// <summary>Records the build id of a completed workflow task, and adds a reset point for a new one.</summary>
    /// <param name="resettable">Whether there are no pending children, external signals or external cancel requests.</param>
    public void Note(HistoryEvent completed, string runId, bool resettable)
    {
        var attributes = completed.WorkflowTaskCompletedEventAttributes;
#pragma warning disable CS0612 // Deprecated by the API; workers without a deployment still send them.
        var (stamp, checksum) = (attributes.WorkerVersion, attributes.BinaryChecksum);
#pragma warning restore CS0612
        RecordBuild(stamp);
        var buildId = stamp?.BuildId ?? "";
        if (points.Exists(point => point.BinaryChecksum == checksum && point.BuildId == buildId))
        {
            return;
        }

        points.Add(new ResetPointInfo
        {
            BinaryChecksum = checksum,
            BuildId = buildId,
            RunId = runId,
            FirstWorkflowTaskCompletedId = completed.EventId,
            CreateTime = completed.EventTime,
            Resettable = resettable,
        });
        points.RemoveRange(0, Math.Max(0, points.Count - MostPoints));
        Changes++;
    }

    /// <summary>Returns the reset points for the next run of the chain; those of this run expire with its retention.</summary>
    public ResetPoints? RollOver(string runId, Timestamp now, Timestamp expireTime)
    {
        var rolled = new ResetPoints();
        foreach (var point in points.Where(point => point.ExpireTime is null || point.ExpireTime >= now))
        {
            var copy = point.Clone();
            copy.ExpireTime = point.RunId == runId ? expireTime : copy.ExpireTime;
            rolled.Points.Add(copy);
        }

        return rolled.Points.Count > 0 ? rolled : null;
    }

    private void RecordBuild(WorkerVersionStamp? stamp)
    {
        if (buildIds.Count == 0 && stamp is not { UseVersioning: true })
        {
            buildIds.Add(Unversioned);
            Changes++;
        }

        if (stamp is not { BuildId.Length: > 0 } reported)
        {
            return;
        }

        var name = $"{(reported.UseVersioning ? "versioned" : Unversioned)}:{reported.BuildId}";
        if (!buildIds.Contains(name))
        {
            buildIds.Add(name);
            Changes++;
        }
    }
}
