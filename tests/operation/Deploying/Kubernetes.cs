using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace OrderOrchestration.Tests.Operation.Deploying;

/// <summary>
/// The parts of Kubernetes' API that our manifests use. A field that is not here stops the reading: it would be a slip of the pen, or a new part that
/// these tests should look at.
/// </summary>
internal static partial class Kubernetes
{
    private static readonly IDeserializer Reader =
        new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build();

    private static readonly Dictionary<string, Type> Kinds = new()
    {
        ["ConfigMap"] = typeof(ConfigMap),
        ["ServiceAccount"] = typeof(ServiceAccount),
        ["Deployment"] = typeof(Deployment),
        ["Service"] = typeof(Service),
        ["PodDisruptionBudget"] = typeof(PodDisruptionBudget),
        ["HorizontalPodAutoscaler"] = typeof(HorizontalPodAutoscaler),
        ["Job"] = typeof(Job),
    };

    public static IReadOnlyList<KubernetesObject> Read(string file) =>
    [
        .. File.ReadAllText(file).Split("\n---\n").Select(document =>
        {
            var kind = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).IgnoreUnmatchedProperties().Build()
                .Deserialize<KindOnly>(document).Kind;
            return Kinds.TryGetValue(kind, out var type)
                ? (KubernetesObject)Reader.Deserialize(document, type)!
                : throw new YamlException($"{Path.GetFileName(file)}: the kind {kind} is not known here");
        }),
    ];

    internal sealed class KindOnly
    {
        public string Kind { get; set; } = "";
    }

    internal abstract class KubernetesObject
    {
        public string ApiVersion { get; set; } = "";

        public string Kind { get; set; } = "";

        public Metadata Metadata { get; set; } = new();
    }

    internal sealed class Metadata
    {
        public string Name { get; set; } = "";

        public Dictionary<string, string> Labels { get; set; } = [];

        public Dictionary<string, string> Annotations { get; set; } = [];
    }

    internal sealed class ConfigMap : KubernetesObject
    {
        public Dictionary<string, string> Data { get; set; } = [];
    }

    internal sealed class ServiceAccount : KubernetesObject
    {
        public bool? AutomountServiceAccountToken { get; set; }
    }

    internal abstract class Workload : KubernetesObject
    {
        public abstract PodSpec Pod { get; }
    }

    internal sealed class Deployment : Workload
    {
        public DeploymentSpec Spec { get; set; } = new();

        public override PodSpec Pod => Spec.Template.Spec;
    }

    internal sealed record DeploymentSpec
    {
        public int Replicas { get; set; }

        public Selector Selector { get; set; } = new();

        public Strategy Strategy { get; set; } = new();

        public PodTemplate Template { get; set; } = new();
    }

    internal sealed record Selector
    {
        public Dictionary<string, string> MatchLabels { get; set; } = [];
    }

    internal sealed record Strategy
    {
        public Dictionary<string, string> RollingUpdate { get; set; } = [];
    }

    internal sealed record PodTemplate
    {
        public Metadata Metadata { get; set; } = new();

        public PodSpec Spec { get; set; } = new();
    }

    internal sealed class Job : Workload
    {
        public JobSpec Spec { get; set; } = new();

        public override PodSpec Pod => Spec.Template.Spec;
    }

    internal sealed record JobSpec
    {
        public int BackoffLimit { get; set; }

        public int ActiveDeadlineSeconds { get; set; }

        public int TtlSecondsAfterFinished { get; set; }

        public PodTemplate Template { get; set; } = new();
    }

    internal sealed class Service : KubernetesObject
    {
        public ServiceSpec Spec { get; set; } = new();
    }

    internal sealed record ServiceSpec
    {
        public Dictionary<string, string> Selector { get; set; } = [];

        public List<Dictionary<string, string>> Ports { get; set; } = [];
    }

    internal sealed class PodDisruptionBudget : KubernetesObject
    {
        public BudgetSpec Spec { get; set; } = new();
    }

    internal sealed record BudgetSpec
    {
        public int MinAvailable { get; set; }

        public Selector Selector { get; set; } = new();
    }

    internal sealed class HorizontalPodAutoscaler : KubernetesObject
    {
        public AutoscalerSpec Spec { get; set; } = new();
    }

    internal sealed record AutoscalerSpec
    {
        public Dictionary<string, string> ScaleTargetRef { get; set; } = [];

        public int MinReplicas { get; set; }

        public int MaxReplicas { get; set; }

        public List<object> Metrics { get; set; } = [];

        public Dictionary<string, Dictionary<string, int>> Behavior { get; set; } = [];
    }
}
