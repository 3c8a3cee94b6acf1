using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>Which builds of workers have worked on a run, and where each began: the points that it can be reset to when a build was bad.</summary>
internal sealed class WorkflowBuilds
{
    /// <summary>The attribute's value for a run that no versioned worker has worked on.</summary>
    private const string Unversioned = "unversioned";

    /// <summary>The newest are kept (real server: history.historyMaxAutoResetPoints).</summary>
    private const int MostPoints = 20;

    private readonly List<string> buildIds = [];
    private readonly List<ResetPointInfo> points = [];

    /// <summary>Gets the builds as lists tell of them (search attribute BuildIds).</summary>
    public IReadOnlyList<string> BuildIds => buildIds;

    /// <summary>Gets the checksums of binaries, as workers told them before they told builds (search attribute BinaryChecksums).</summary>
    public IEnumerable<string> BinaryChecksums => points.Select(point => point.BinaryChecksum).Where(checksum => checksum.Length > 0);

    public IReadOnlyList<ResetPointInfo> Points => points;

    /// <summary>Gets how often anything of this has changed.</summary>
    public int Changes { get; private set; }

    /// <summary>Takes over what the run before this one had.</summary>
    public void Continue(ResetPoints? before) => points.AddRange(before?.Points ?? []);

    /// <summary>A workflow task was completed.</summary>
    /// <param name="resettable">Whether nothing is under way that a reset would lose.</param>
    public void Note(HistoryEvent completed, string runId, bool resettable)
    {
        var attributes = completed.WorkflowTaskCompletedEventAttributes;
#pragma warning disable CS0612 // Deprecated by the API; this is what workers without a deployment still tell.
        var (stamp, checksum) = (attributes.WorkerVersion, attributes.BinaryChecksum);
#pragma warning restore CS0612
        NoteBuild(stamp);
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

    /// <summary>Answers what the next run of the chain takes over; this one's points are of use for as long as it is kept.</summary>
    public ResetPoints? RollOver(string runId, Timestamp now, Timestamp kept)
    {
        var rolled = new ResetPoints();
        foreach (var point in points.Where(point => point.ExpireTime is null || point.ExpireTime >= now))
        {
            var copy = point.Clone();
            copy.ExpireTime = point.RunId == runId ? kept : copy.ExpireTime;
            rolled.Points.Add(copy);
        }

        return rolled.Points.Count > 0 ? rolled : null;
    }

    private void NoteBuild(WorkerVersionStamp? stamp)
    {
        if (buildIds.Count == 0 && stamp is not { UseVersioning: true })
        {
            buildIds.Add(Unversioned);
            Changes++;
        }

        if (stamp is not { BuildId.Length: > 0 } told)
        {
            return;
        }

        var name = $"{(told.UseVersioning ? "versioned" : Unversioned)}:{told.BuildId}";
        if (!buildIds.Contains(name))
        {
            buildIds.Add(name);
            Changes++;
        }
    }
}
