using System.Text.Json;
using System.Text.Json.Serialization;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Validation;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using OperationCase = Temporalio.Api.WorkflowService.V1.UpdateWorkerBuildIdCompatibilityRequest.OperationOneofCase;

namespace EmbeddedTemporal.Deployments;

/// <summary>
/// The version set API (v0.1 of worker versioning): sets of compatible build ids per task queue. The last set is the default set, and the last build id of a
/// set its default (real server: version_sets.go). The sets are stored and returned only; they do not affect the dispatch of tasks.
/// </summary>
internal sealed partial class VersionSets(IWorkflowStore store)
{
    private const string Document = "version-sets";

    private readonly AsyncLock updateLock = new();
    private readonly Dictionary<string, List<List<string>>> sets = store.ReadDocuments(Document).ToDictionary(
        document => document.Key, document => JsonSerializer.Deserialize(document.Value, SetsJson.Default.ListListString) ?? []);

    public GetWorkerBuildIdCompatibilityResponse Describe(GetWorkerBuildIdCompatibilityRequest request)
    {
        lock (sets)
        {
            var known = sets.GetValueOrDefault(Key(request.Namespace, request.TaskQueue)) ?? [];
            var response = new GetWorkerBuildIdCompatibilityResponse();
            response.MajorVersionSets.AddRange(known.Skip(request.MaxSets > 0 ? known.Count - request.MaxSets : 0).Select(set => new CompatibleVersionSet { BuildIds = { set } }));
            return response;
        }
    }

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, NOT_FOUND.</exception>
    public async Task UpdateAsync(UpdateWorkerBuildIdCompatibilityRequest request)
    {
        using var turn = await updateLock.EnterAsync();
        var key = Key(request.Namespace, request.TaskQueue);
        List<List<string>> changed;
        lock (sets)
        {
            changed = [.. (sets.GetValueOrDefault(key) ?? []).Select(set => set.ToList())];
        }

        Apply(changed, request);
        var commit = new StoreCommit();
        commit.Documents.Add(new(Document, key, JsonSerializer.SerializeToUtf8Bytes(changed, SetsJson.Default.ListListString)));
        await store.CommitAsync(commit);
        lock (sets)
        {
            sets[key] = changed;
        }
    }

    private static string Key(string namespaceName, string queue) => $"{namespaceName}/{queue}";

    private static void Apply(List<List<string>> sets, UpdateWorkerBuildIdCompatibilityRequest request)
    {
        switch (request.OperationCase)
        {
            case OperationCase.AddNewBuildIdInNewDefaultSet:
                AddDefault(sets, request.AddNewBuildIdInNewDefaultSet);
                break;
            case OperationCase.AddNewCompatibleBuildId:
                AddCompatible(sets, request.AddNewCompatibleBuildId);
                break;
            case OperationCase.PromoteSetByBuildId:
                MoveToEnd(sets, Find(sets, request.PromoteSetByBuildId, "targeted version"));
                break;
            case OperationCase.PromoteBuildIdWithinSet:
                MoveToEnd(Find(sets, request.PromoteBuildIdWithinSet, "targeted version"), request.PromoteBuildIdWithinSet);
                break;
            case OperationCase.MergeSets:
                Merge(sets, request.MergeSets);
                break;
            default:
                throw ServiceErrors.InvalidArgument("request to update worker build ID compatability requires: , an operation to be specified");
        }
    }

    private static void AddDefault(List<List<string>> sets, string buildId)
    {
        RequestValidation.That(buildId.Length > 0, "request to update worker build ID compatability requires: , `add_new_version_id_in_new_default_set` to be set");
        if (sets is [.., [var only]] && only == buildId)
        {
            return;
        }

        RequestValidation.That(!sets.Exists(set => set.Contains(buildId)), $"version {buildId} already exists");
        sets.Add([buildId]);
    }

    private static void AddCompatible(List<List<string>> sets, UpdateWorkerBuildIdCompatibilityRequest.Types.AddNewCompatibleVersion add)
    {
        var set = Find(sets, add.ExistingCompatibleBuildId, "targeted compatible_version");
        var holder = sets.Find(other => other.Contains(add.NewBuildId));
        RequestValidation.That(
            holder is null || holder == set,
            $"{add.NewBuildId} requested to be made compatible with {add.ExistingCompatibleBuildId} but both versions exist and are incompatible");
        RequestValidation.That(
            holder is null || !add.MakeSetDefault || sets[^1] == set, $"version {add.NewBuildId} already exists and is not default for queue");
        RequestValidation.That(holder is null || set[^1] == add.NewBuildId, $"version {add.NewBuildId} already exists and is not default in set");
        MoveToEnd(set, add.NewBuildId);
        if (add.MakeSetDefault)
        {
            MoveToEnd(sets, set);
        }
    }

    /// <summary>Moves the secondary set's build ids into the primary set, which keeps its default and becomes the default set if the secondary set was.</summary>
    private static void Merge(List<List<string>> sets, UpdateWorkerBuildIdCompatibilityRequest.Types.MergeSets merge)
    {
        var primary = Find(sets, merge.PrimarySetBuildId, "targeted primary version");
        var secondary = Find(sets, merge.SecondarySetBuildId, "targeted secondary version");
        if (primary == secondary)
        {
            return;
        }

        primary.InsertRange(0, secondary);
        if (sets[^1] == secondary)
        {
            MoveToEnd(sets, primary);
        }

        sets.Remove(secondary);
    }

    private static List<string> Find(List<List<string>> sets, string buildId, string what) =>
        sets.Find(set => set.Contains(buildId)) ?? throw ServiceErrors.NotFound($"{what} {buildId} not found");

    private static void MoveToEnd<T>(List<T> list, T item)
    {
        list.Remove(item);
        list.Add(item);
    }

    [JsonSerializable(typeof(List<List<string>>))]
    private sealed partial class SetsJson : JsonSerializerContext;
}
