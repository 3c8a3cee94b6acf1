using System.Text.Json.Serialization;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Batch;

/// <summary>How far a batch job is: its runs are taken in their order, so the counts say which is next.</summary>
internal sealed record BatchProgress
{
    public BatchOperationState State { get; init; } = BatchOperationState.Running;

    public long Complete { get; init; }

    public long Failed { get; init; }

    public DateTime? CloseTime { get; init; }

    /// <summary>Gets how many runs are done with.</summary>
    [JsonIgnore]
    public int Done => (int)(Complete + Failed);
}
