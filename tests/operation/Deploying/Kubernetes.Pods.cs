namespace OrderOrchestration.Tests.Operation.Deploying;

/// <summary>What runs in a pod.</summary>
internal static partial class Kubernetes
{
    internal sealed record PodSpec
    {
        public string? ServiceAccountName { get; set; }

        public bool? AutomountServiceAccountToken { get; set; }

        public string? RestartPolicy { get; set; }

        public int TerminationGracePeriodSeconds { get; set; } = 30;

        public PodSecurity SecurityContext { get; set; } = new();

        public List<Spread> TopologySpreadConstraints { get; set; } = [];

        public List<Container> Containers { get; set; } = [];

        public List<Volume> Volumes { get; set; } = [];
    }

    internal sealed record PodSecurity
    {
        public bool RunAsNonRoot { get; set; }

        public int RunAsUser { get; set; }

        public int RunAsGroup { get; set; }

        public Dictionary<string, string> SeccompProfile { get; set; } = [];
    }

    internal sealed record Spread
    {
        public int MaxSkew { get; set; }

        public string TopologyKey { get; set; } = "";

        public string WhenUnsatisfiable { get; set; } = "";

        public Selector LabelSelector { get; set; } = new();
    }

    internal sealed record Volume
    {
        public string Name { get; set; } = "";

        public Dictionary<string, string> EmptyDir { get; set; } = [];
    }

    internal sealed record Container
    {
        public string Name { get; set; } = "";

        public string Image { get; set; } = "";

        public string ImagePullPolicy { get; set; } = "";

        public List<string> Args { get; set; } = [];

        public List<Variable> Env { get; set; } = [];

        public List<VariableSource> EnvFrom { get; set; } = [];

        public List<Port> Ports { get; set; } = [];

        public ContainerSecurity SecurityContext { get; set; } = new();

        public List<Dictionary<string, string>> VolumeMounts { get; set; } = [];

        public Dictionary<string, Dictionary<string, Dictionary<string, int>>> Lifecycle { get; set; } = [];

        public Probe? StartupProbe { get; set; }

        public Probe? LivenessProbe { get; set; }

        public Probe? ReadinessProbe { get; set; }

        public Resources Resources { get; set; } = new();
    }

    internal sealed record Variable
    {
        public string Name { get; set; } = "";

        public string? Value { get; set; }

        public ValueSource? ValueFrom { get; set; }
    }

    internal sealed record ValueSource
    {
        public Dictionary<string, string> SecretKeyRef { get; set; } = [];
    }

    internal sealed record VariableSource
    {
        public Reference? ConfigMapRef { get; set; }

        public Reference? SecretRef { get; set; }
    }

    internal sealed record Reference
    {
        public string Name { get; set; } = "";
    }

    internal sealed record Port
    {
        public string Name { get; set; } = "";

        public int ContainerPort { get; set; }
    }

    internal sealed record ContainerSecurity
    {
        public bool? AllowPrivilegeEscalation { get; set; }

        public bool ReadOnlyRootFilesystem { get; set; }

        public Dictionary<string, List<string>> Capabilities { get; set; } = [];
    }

    internal sealed record Probe
    {
        public HttpGet HttpGet { get; set; } = new();

        public int PeriodSeconds { get; set; }

        public int TimeoutSeconds { get; set; }

        public int FailureThreshold { get; set; }
    }

    internal sealed record HttpGet
    {
        public string Path { get; set; } = "";

        public string Port { get; set; } = "";
    }

    internal sealed record Resources
    {
        public Dictionary<string, string> Requests { get; set; } = [];

        public Dictionary<string, string> Limits { get; set; } = [];
    }
}
