using EmbeddedTemporal.Common;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using RateLimitUpdate = Temporalio.Api.WorkflowService.V1.UpdateTaskQueueConfigRequest.Types.RateLimitUpdate;

namespace EmbeddedTemporal.Matching;

/// <summary>The persisted configuration of task queues (real server: matching_engine.go UpdateTaskQueueConfig).</summary>
internal sealed class TaskQueueConfigs(IWorkflowStore store, VirtualClock clock, TaskQueues queues)
{
    private const string Document = "task-queue-config";

    private const int MostWeights = 1000;

    private const int LongestReason = 1000;

    private readonly AsyncLock updateLock = new();

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static void Validate(UpdateTaskQueueConfigRequest request)
    {
        var isWorkflow = request.TaskQueueType == TaskQueueType.Workflow;
        RequestValidation.That(
            request.UpdateQueueRateLimit?.RateLimit is null || !isWorkflow, "Setting rate limit on workflow task queues is not allowed.");
        Validate(request.UpdateQueueRateLimit, "UpdateQueueRateLimit");
        RequestValidation.That(
            request.UpdateFairnessKeyRateLimitDefault?.RateLimit is null || !isWorkflow, "Setting fairness key rate limit on workflow task queues is not allowed.");
        Validate(request.UpdateFairnessKeyRateLimitDefault, "UpdateFairnessKeyRateLimitDefault");
        Length(request.Identity, "Identity");
        ValidateWeights(request);
    }

    /// <summary>Loads the configuration from the store.</summary>
    public void Load()
    {
        foreach (var (key, bytes) in store.ReadDocuments(Document))
        {
            if (key.Split('/', 3) is [var kind, var namespaceName, var name] && Enum.TryParse<QueueKind>(kind, out var parsed))
            {
                queues.Get(namespaceName, name, parsed).Settings.Configure(TaskQueueConfig.Parser.ParseFrom(bytes));
            }
        }
    }

    /// <summary>Updates the configuration and returns all of it.</summary>
    public async Task<TaskQueueConfig> UpdateAsync(UpdateTaskQueueConfigRequest request, QueueKind kind)
    {
        using var turn = await updateLock.EnterAsync();
        var queue = queues.Get(request.Namespace, request.TaskQueue, kind);
        var config = queue.Settings.Config?.Clone() ?? new();
        config.QueueRateLimit = request.UpdateQueueRateLimit is { } queueLimit ? Limit(queueLimit, request.Identity) : config.QueueRateLimit;
        config.FairnessKeysRateLimitDefault = request.UpdateFairnessKeyRateLimitDefault is { } perKey ? Limit(perKey, request.Identity) : config.FairnessKeysRateLimitDefault;
        foreach (var key in request.UnsetFairnessWeightOverrides)
        {
            config.FairnessWeightOverrides.Remove(key);
        }

        config.FairnessWeightOverrides.MergeFrom(request.SetFairnessWeightOverrides);
        RequestValidation.That(config.FairnessWeightOverrides.Count <= MostWeights, "too many fairness weight overrides");
        var commit = new StoreCommit();
        commit.Documents.Add(new(Document, $"{kind}/{request.Namespace}/{request.TaskQueue}", config.ToByteArray()));
        await store.CommitAsync(commit);
        queue.Settings.Configure(config);
        queue.ApplyLimits();
        return config.Clone();
    }

    private static void Validate(RateLimitUpdate? update, string what)
    {
        if (update?.RateLimit is not { } limit)
        {
            return;
        }

        RequestValidation.That(limit.RequestsPerSecond >= 0, $"RequestsPerSecond for {what} rate limit must be non-negative.");
        Length(update.Reason, $"{what}.Reason");
    }

    private static void ValidateWeights(UpdateTaskQueueConfigRequest request)
    {
        var total = request.SetFairnessWeightOverrides.Count + request.UnsetFairnessWeightOverrides.Count;
        RequestValidation.That(total <= MostWeights, $"too many fairness weight overrides in request: got {total}, maximum {MostWeights}");
        foreach (var key in request.SetFairnessWeightOverrides.Keys.Concat(request.UnsetFairnessWeightOverrides))
        {
            RequestValidation.That(key.Length > 0, "fairness weight override key must not be empty");
            RequestValidation.That(TaskPriority.KeyFault(key) is not { } fault, TaskPriority.KeyFault(key) ?? "");
        }

        foreach (var (key, weight) in request.SetFairnessWeightOverrides)
        {
            RequestValidation.That(weight > 0, $"invalid fairness weight weight for key \"{key}\": must be greater than zero");
        }

        foreach (var key in request.UnsetFairnessWeightOverrides)
        {
            RequestValidation.That(
                !request.SetFairnessWeightOverrides.ContainsKey(key), $"fairness weight override key \"{key}\" present in both set and unset lists");
        }
    }

    private static void Length(string value, string what) =>
        RequestValidation.That(value.Length <= LongestReason, $"{what} field too long (max {LongestReason} characters).");

    private RateLimitConfig Limit(RateLimitUpdate update, string identity) => new()
    {
        RateLimit = update.RateLimit?.Clone(),
        Metadata = new() { Reason = update.Reason, UpdateTime = clock.UtcNow.ToProto(), UpdateIdentity = identity },
    };
}
