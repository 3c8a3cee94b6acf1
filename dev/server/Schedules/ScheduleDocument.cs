using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>Serializes schedules for the store: JSON with embedded protobuf messages.</summary>
internal static partial class ScheduleDocument
{
    /// <summary>Serializes a schedule.</summary>
    public static byte[] Write(ScheduleState state) => JsonSerializer.SerializeToUtf8Bytes(
        new Saved(
            state.Namespace, state.NamespaceId, state.ScheduleId, state.RunId, state.RequestId, state.ConflictToken, state.LastProcessed,
            new DescribeScheduleResponse { Schedule = state.Schedule, Info = state.Info, Memo = state.Memo, SearchAttributes = state.SearchAttributes }.ToByteArray(),
            [.. state.Buffer],
            [.. state.Backfills.Select(backfill => backfill.ToByteArray())],
            state.LastCompletionResult?.ToByteArray(),
            state.ContinuedFailure?.ToByteArray()),
        DocumentJson.Default.Saved);

    /// <summary>Deserializes a schedule.</summary>
    /// <exception cref="JsonException">The document is not a schedule.</exception>
    public static ScheduleState Read(byte[] bytes)
    {
        var saved = JsonSerializer.Deserialize(bytes, DocumentJson.Default.Saved) ?? throw new JsonException("An empty schedule document.");
        var description = DescribeScheduleResponse.Parser.ParseFrom(saved.Description);
        var state = new ScheduleState
        {
            Namespace = saved.Namespace,
            NamespaceId = saved.NamespaceId,
            ScheduleId = saved.ScheduleId,
            RunId = saved.RunId,
            RequestId = saved.RequestId,
            ConflictToken = saved.ConflictToken,
            LastProcessed = saved.LastProcessed,
            Info = description.Info,
            Memo = description.Memo,
            SearchAttributes = description.SearchAttributes,
            Buffer = [.. saved.Buffer],
            Backfills = [.. saved.Backfills.Select(BackfillRequest.Parser.ParseFrom)],
            LastCompletionResult = saved.LastCompletionResult is { } result ? Payloads.Parser.ParseFrom(result) : null,
            ContinuedFailure = saved.ContinuedFailure is { } failure ? Failure.Parser.ParseFrom(failure) : null,
        };
        state.SetSchedule(description.Schedule);
        return state;
    }

    internal sealed record Saved(
        string Namespace,
        string NamespaceId,
        string ScheduleId,
        string RunId,
        string RequestId,
        long ConflictToken,
        DateTime LastProcessed,
        byte[] Description,
        IReadOnlyList<BufferedStart> Buffer,
        IReadOnlyList<byte[]> Backfills,
        byte[]? LastCompletionResult,
        byte[]? ContinuedFailure);

    [JsonSerializable(typeof(Saved))]
    private sealed partial class DocumentJson : JsonSerializerContext;
}
