using EmbeddedTemporal.Common;
using EmbeddedTemporal.Namespaces;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>System and cluster information, and namespaces.</summary>
internal sealed partial class WorkflowServiceHandler
{
    private static readonly TimeSpan ShortestRetention = TimeSpan.FromHours(1);

    public static Task<GetSystemInfoResponse> GetSystemInfo(GetSystemInfoRequest request, CallContext call) => Task.FromResult(new GetSystemInfoResponse
    {
        ServerVersion = ServerIdentity.Version,
        Capabilities = new()
        {
            SignalAndQueryHeader = true,
            InternalErrorDifferentiation = true,
            ActivityFailureIncludeHeartbeat = true,
            SupportsSchedules = true,
            EncodedFailureAttributes = true,
            UpsertMemo = true,
            EagerWorkflowStart = true,
            SdkMetadata = true,
            CountGroupByExecutionStatus = true,

            // Workers report their build id in workflow task completions only if the server has this capability; reset points need it.
            BuildIdBasedVersioning = true,
        },
    });

    public static Task<GetClusterInfoResponse> GetClusterInfo(GetClusterInfoRequest request, CallContext call) => Task.FromResult(new GetClusterInfoResponse
    {
        ServerVersion = ServerIdentity.Version,
        ClusterId = "embedded",
        ClusterName = ServerIdentity.ClusterName,
        HistoryShardCount = 1,
        PersistenceStore = "sqlite",
        VisibilityStore = "sqlite",
        VersionInfo = new() { Current = new() { Version = ServerIdentity.Version } },
    });

    public Task<DescribeNamespaceResponse> DescribeNamespace(DescribeNamespaceRequest request, CallContext call)
    {
        var record = request.Namespace.Length == 0 && request.Id.Length > 0 ? namespaces.RequireById(request.Id) : namespaces.Require(request.Namespace);
        return Task.FromResult(record.ToDescription(engine.Limits));
    }

    public Task<ListNamespacesResponse> ListNamespaces(ListNamespacesRequest request, CallContext call)
    {
        var response = new ListNamespacesResponse();
        response.Namespaces.AddRange(namespaces.All.Select(record => record.ToDescription(engine.Limits)));
        return Task.FromResult(response);
    }

    public async Task<RegisterNamespaceResponse> RegisterNamespace(RegisterNamespaceRequest request, CallContext call)
    {
        RequestValidation.Name(request.Namespace, "Namespace");
        var retention = request.WorkflowExecutionRetentionPeriod.Span();
        RequestValidation.That(request.WorkflowExecutionRetentionPeriod is not null, "Retention period is not set on request.");
        RequestValidation.That(retention >= ShortestRetention, "A valid retention period is not set on request.");
        await namespaces.RegisterAsync(NamespaceRecord.Create(request.Namespace, request.Description, request.OwnerEmail, retention));
        return new();
    }

    public async Task<UpdateNamespaceResponse> UpdateNamespace(UpdateNamespaceRequest request, CallContext call)
    {
        var retention = request.Config?.WorkflowExecutionRetentionTtl;
        namespaces.Require(request.Namespace);
        RequestValidation.That(retention is null || retention.Span() >= ShortestRetention, "A valid retention period is not set on request.");
        var updated = await namespaces.UpdateAsync(request.Namespace, record =>
        {
            var (info, config) = (record.Info.Clone(), record.Config.Clone());
            if (request.UpdateInfo is { } update)
            {
                info.Description = update.Description.Length > 0 ? update.Description : info.Description;
                info.OwnerEmail = update.OwnerEmail.Length > 0 ? update.OwnerEmail : info.OwnerEmail;
                info.Data.MergeFrom(update.Data);
            }

            config.WorkflowExecutionRetentionTtl = retention ?? config.WorkflowExecutionRetentionTtl;
            return new(info, config);
        });

        var description = updated.ToDescription(engine.Limits);
        return new() { NamespaceInfo = description.NamespaceInfo, Config = description.Config, ReplicationConfig = description.ReplicationConfig };
    }
}
