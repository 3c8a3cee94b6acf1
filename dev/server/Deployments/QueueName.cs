using EmbeddedTemporal.Common;

namespace EmbeddedTemporal.Deployments;

/// <summary>Identifies a task queue.</summary>
internal readonly record struct QueueName(string Namespace, string Name, QueueKind Kind);
