using EmbeddedTemporal.Common;
using EmbeddedTemporal.Time;
using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Namespace.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Namespaces;

/// <summary>A namespace, with its persisted form and its API description.</summary>
internal sealed record NamespaceRecord(NamespaceInfo Info, NamespaceConfig Config)
{
    public string Name => Info.Name;

    public TimeSpan Retention => Config.WorkflowExecutionRetentionTtl.Span();

    public static NamespaceRecord Create(string name, string description, string ownerEmail, TimeSpan retention) => new(
        new NamespaceInfo
        {
            Name = name,
            Id = Guid.NewGuid().ToString(),
            State = NamespaceState.Registered,
            Description = description,
            OwnerEmail = ownerEmail,
        },
        new NamespaceConfig { WorkflowExecutionRetentionTtl = retention.ToProto() });

    public static NamespaceRecord Parse(byte[] bytes)
    {
        var description = DescribeNamespaceResponse.Parser.ParseFrom(bytes);
        return new(description.NamespaceInfo, description.Config);
    }

    public byte[] ToBytes() => ToDescription(limits: null).ToByteArray();

    /// <param name="limits">The server's limits, which SDKs check payloads against; null for the persisted form.</param>
    public DescribeNamespaceResponse ToDescription(ServerLimits? limits)
    {
        var info = Info.Clone();
        info.Limits = limits is null ? null : new() { BlobSizeLimitError = limits.BlobBytes, MemoSizeLimitError = limits.MemoBytes };
        info.Capabilities = new()
        {
            EagerWorkflowStart = true,
            SyncUpdate = true,
            AsyncUpdate = true,
            WorkerHeartbeats = true,
            WorkflowPause = true,
            ReportedProblemsSearchAttribute = true,
            WorkerPollCompleteOnShutdown = true,
        };
        info.SupportsSchedules = true;
        return new()
        {
            NamespaceInfo = info,
            Config = Config,
            ReplicationConfig = new() { ActiveClusterName = "active", Clusters = { new Temporalio.Api.Replication.V1.ClusterReplicationConfig { ClusterName = "active" } } },
            IsGlobalNamespace = false,
        };
    }
}
