using System.Text.Json;
using System.Text.Json.Serialization;
using EmbeddedTemporal.Persistence;
using Google.Protobuf;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Batch;

/// <summary>Stores batch jobs as two documents each: the request, written once, and a small one that is rewritten as the job progresses.</summary>
internal static partial class BatchDocuments
{
    private const string Jobs = "batch";
    private const string Progresses = "batch-progress";

    public static DocumentWrite WriteJob(BatchJob job) =>
        new(Jobs, KeyOf(job), JsonSerializer.SerializeToUtf8Bytes(new Saved(job.StartTime, job.Request.ToByteArray()), BatchJson.Default.Saved));

    public static DocumentWrite WriteProgress(BatchJob job, BatchProgress progress) =>
        new(Progresses, KeyOf(job), JsonSerializer.SerializeToUtf8Bytes(progress, BatchJson.Default.BatchProgress));

    public static IEnumerable<DocumentWrite> Delete(BatchJob job) => [new(Jobs, KeyOf(job), null), new(Progresses, KeyOf(job), null)];

    public static IEnumerable<BatchJob> ReadAll(IWorkflowStore store)
    {
        var progresses = store.ReadDocuments(Progresses);
        foreach (var (key, bytes) in store.ReadDocuments(Jobs))
        {
            var saved = JsonSerializer.Deserialize(bytes, BatchJson.Default.Saved) ?? throw new StoreException($"Batch job {key} is empty.");
            var progress = progresses.TryGetValue(key, out var found) ? JsonSerializer.Deserialize(found, BatchJson.Default.BatchProgress) : null;
            yield return new BatchJob(StartBatchOperationRequest.Parser.ParseFrom(saved.Request), saved.StartTime, progress ?? new());
        }
    }

    private static string KeyOf(BatchJob job) => $"{job.Request.Namespace}/{job.Request.JobId}";

    internal sealed record Saved(DateTime StartTime, byte[] Request);

    [JsonSerializable(typeof(Saved))]
    [JsonSerializable(typeof(BatchProgress))]
    private sealed partial class BatchJson : JsonSerializerContext;
}
