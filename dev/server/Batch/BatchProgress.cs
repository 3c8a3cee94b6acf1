using System.Text.Json.Serialization;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Batch;

/// <summary>Progress of a batch job. Runs are processed in order, so the counts give the index of the next one.</summary>
internal sealed record BatchProgress
{
    public BatchOperationState State { get; init; } = BatchOperationState.Running;

    public long Complete { get; init; }

    public long Failed { get; init; }

    public DateTime? CloseTime { get; init; }

    /// <summary>Gets how many runs were processed.</summary>
    [JsonIgnore]
    public int Done => (int)(Complete + Failed);
}
