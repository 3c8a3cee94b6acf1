using System.Globalization;
using Google.Protobuf;

namespace EmbeddedTemporal.Common;

/// <summary>A task token: opaque to workers, and validated when the task is responded to.</summary>
/// <param name="Kind">"w" workflow task, "a" activity attempt, "q" query.</param>
/// <param name="Stamp">The stamp of a workflow task, or the id of a query.</param>
internal sealed record TaskToken(string Kind, string RunId, string Stamp, long ScheduledEventId, int Attempt)
{
    public static TaskToken ForWorkflowTask(string runId, string stamp) => new("w", runId, stamp, 0, 0);

    public static TaskToken ForQuery(string runId, string queryId) => new("q", runId, queryId, 0, 0);

    public static TaskToken ForActivity(string runId, long scheduledEventId, int attempt) => new("a", runId, "", scheduledEventId, attempt);

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the token is malformed or of another kind.</exception>
    public static TaskToken Parse(ByteString bytes, string kind)
    {
        if (bytes.IsEmpty)
        {
            throw ServiceErrors.InvalidArgument("Task token not set on request.");
        }

        return bytes.ToStringUtf8().Split('/') is [var ofKind, var runId, var stamp, var scheduled, var attempt]
            && ofKind == kind
            && long.TryParse(scheduled, CultureInfo.InvariantCulture, out var scheduledEventId)
            && int.TryParse(attempt, CultureInfo.InvariantCulture, out var number)
            ? new TaskToken(kind, runId, stamp, scheduledEventId, number)
            : throw ServiceErrors.InvalidArgument("Invalid TaskToken.");
    }

    public ByteString ToBytes() =>
        ByteString.CopyFromUtf8(string.Create(CultureInfo.InvariantCulture, $"{Kind}/{RunId}/{Stamp}/{ScheduledEventId}/{Attempt}"));
}
