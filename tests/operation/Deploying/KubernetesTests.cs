using System.Text.RegularExpressions;
using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Deploying;

/// <summary>The manifests agree with the programs: they are read strictly, name settings that exist, and run what they say safely.</summary>
public sealed partial class KubernetesTests
{
    private static readonly IReadOnlyList<Kubernetes.KubernetesObject> Objects =
    [
        .. Directory.GetFiles(Repository.File("deploy", "kubernetes"), "*.yaml").Order(StringComparer.Ordinal).SelectMany(Kubernetes.Read),
    ];

    private static readonly string[] Secrets =
    [
        .. SecretKey().Matches(File.ReadAllText(Repository.File("docs", "operations", "deploy.md"))).Select(match => match.Groups[1].Value),
    ];

    [TestCaseSource(nameof(Workloads))]
    public void Each_variable_of_a_program_exists(string workload) =>
        Assert.That(Variables(workload).Where(name => !KnownSettings.Exists(name)), Is.Empty);

    [TestCase("orders-worker")]
    [TestCase("orders-api")]
    [TestCase("orders-schema")]
    public void Each_variable_that_a_program_needs_is_set(string workload) =>
        Assert.That(RequiredSettings.Of(workload).Except(Variables(workload)), Is.Empty);

    [TestCaseSource(nameof(Workloads))]
    public void A_program_runs_without_privileges_and_within_limits_from_a_pinned_image(string workload)
    {
        var pod = Objects.OfType<Kubernetes.Workload>().Single(one => one.Metadata.Name == workload).Pod;
        var container = pod.Containers.Single();

        Assert.That(pod.SecurityContext.RunAsNonRoot, Is.True);
        Assert.That(pod.SecurityContext.RunAsUser, Is.GreaterThan(0));
        Assert.That(pod.SecurityContext.SeccompProfile["type"], Is.EqualTo("RuntimeDefault"));
        Assert.That(pod.AutomountServiceAccountToken, Is.False);
        Assert.That(container.SecurityContext.AllowPrivilegeEscalation, Is.False);
        Assert.That(container.SecurityContext.ReadOnlyRootFilesystem, Is.True);
        Assert.That(container.SecurityContext.Capabilities["drop"], Is.EqualTo(new[] { "ALL" }));
        Assert.That(container.Resources.Limits.Keys, Is.EquivalentTo(new[] { "cpu", "memory" }));
        Assert.That(container.Resources.Requests.Keys, Is.EquivalentTo(new[] { "cpu", "memory" }));
        Assert.That(PinnedImage().IsMatch(container.Image), Is.True, container.Image);
    }

    [TestCase("orders-worker", "management")]
    [TestCase("orders-api", "management")]
    public void A_program_is_probed_where_it_serves_its_health(string workload, string port)
    {
        var container = Objects.OfType<Kubernetes.Deployment>().Single(one => one.Metadata.Name == workload).Pod.Containers.Single();
        var management = Objects.OfType<Kubernetes.ConfigMap>().Single().Data["Management__Url"];

        Assert.That(container.LivenessProbe!.HttpGet, Is.EqualTo(new Kubernetes.HttpGet { Path = "/health/live", Port = port }));
        Assert.That(container.StartupProbe!.HttpGet, Is.EqualTo(new Kubernetes.HttpGet { Path = "/health/live", Port = port }));
        Assert.That(container.ReadinessProbe!.HttpGet, Is.EqualTo(new Kubernetes.HttpGet { Path = "/health/ready", Port = port }));
        Assert.That(new Uri(management).Port, Is.EqualTo(container.Ports.Single(one => one.Name == port).ContainerPort));
    }

    [Test]
    public void A_worker_is_given_longer_to_end_than_its_activities_are()
    {
        var pod = Objects.OfType<Kubernetes.Deployment>().Single(one => one.Metadata.Name == "orders-worker").Pod;
        var timeout = TimeSpan.Parse(pod.Containers.Single().Env.Single(one => one.Name == "Worker__ShutdownTimeout").Value!, null);

        Assert.That(TimeSpan.FromSeconds(pod.TerminationGracePeriodSeconds), Is.GreaterThan(timeout + TimeSpan.FromSeconds(5)));
    }

    [TestCase("orders-worker")]
    [TestCase("orders-api")]
    public void There_are_two_of_each_program_at_least_whatever_is_drained(string workload)
    {
        Assert.That(Objects.OfType<Kubernetes.Deployment>().Single(one => one.Metadata.Name == workload).Spec.Replicas, Is.GreaterThanOrEqualTo(2));
        Assert.That(Objects.OfType<Kubernetes.PodDisruptionBudget>().Single(one => one.Metadata.Name == workload).Spec.MinAvailable, Is.GreaterThanOrEqualTo(1));
        Assert.That(Objects.OfType<Kubernetes.HorizontalPodAutoscaler>().Single(one => one.Metadata.Name == workload).Spec.MinReplicas, Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public void The_schema_is_a_job_of_the_workers_image_that_runs_its_command()
    {
        var job = Objects.OfType<Kubernetes.Job>().Single().Pod.Containers.Single();
        var worker = Objects.OfType<Kubernetes.Deployment>().Single(one => one.Metadata.Name == "orders-worker").Pod.Containers.Single();

        Assert.That(job.Args, Is.EqualTo(new[] { "migrate" }));
        Assert.That(job.Image, Is.EqualTo(worker.Image));
    }

    [Test]
    public void No_secret_is_written_in_a_manifest()
    {
        var values = Objects.OfType<Kubernetes.ConfigMap>().SelectMany(map => map.Data)
            .Concat(Objects.OfType<Kubernetes.Workload>().SelectMany(one => one.Pod.Containers).SelectMany(one => one.Env)
                .Where(one => one.Value is not null).Select(one => KeyValuePair.Create(one.Name, one.Value!)));

        Assert.That(values.Where(pair => Secrets.Contains(pair.Key) || pair.Value.Contains("whsec_", StringComparison.Ordinal)), Is.Empty);
    }

    private static IEnumerable<string> Workloads() => Objects.OfType<Kubernetes.Workload>().Select(one => one.Metadata.Name);

    /// <summary>What a program finds in its environment; the Secret's keys are those of the page that says how to make it.</summary>
    private static List<string> Variables(string workload)
    {
        var container = Objects.OfType<Kubernetes.Workload>().Single(one => one.Metadata.Name == workload).Pod.Containers.Single();
        return
        [
            .. container.Env.Select(one => one.Name),
            .. container.EnvFrom.Where(one => one.ConfigMapRef is not null)
                .SelectMany(one => Objects.OfType<Kubernetes.ConfigMap>().Single(map => map.Metadata.Name == one.ConfigMapRef!.Name).Data.Keys),
            .. container.EnvFrom.Where(one => one.SecretRef is not null).SelectMany(_ => Secrets),
        ];
    }

    [GeneratedRegex(@"--from-literal=(\w+)=")]
    private static partial Regex SecretKey();

    /// <summary>A whole version, or a digest.</summary>
    [GeneratedRegex(@"(:\d+\.\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})$")]
    private static partial Regex PinnedImage();
}
