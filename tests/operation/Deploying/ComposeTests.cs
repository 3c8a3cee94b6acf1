using System.Text.RegularExpressions;
using OrderOrchestration.Tests.Operation.Support;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace OrderOrchestration.Tests.Operation.Deploying;

/// <summary>The compose file agrees with the programs; a field that these tests do not know stops the reading.</summary>
public sealed partial class ComposeTests
{
    private static readonly string Folder = Repository.File("deploy");
    private static readonly ComposeFile Compose = Read();

    [TestCase("worker")]
    [TestCase("api")]
    [TestCase("schema")]
    public void Each_variable_of_a_program_exists_and_each_that_it_needs_is_set(string service)
    {
        var names = Compose.Services[service].Environment.Keys;

        Assert.That(names.Where(name => !KnownSettings.Exists(name)), Is.Empty);
        var needed = RequiredSettings.Of("orders-" + service).Where(name => service == "api" || name != "Guests__PhoneKey");
        Assert.That(needed.Except(names), Is.Empty);
    }

    [Test]
    public void Each_image_is_pinned_and_those_of_ours_are_of_one_version()
    {
        var images = Compose.Services.Values.Select(service => service.Image).ToList();

        Assert.That(images.Where(image => !PinnedImage().IsMatch(image) && !image.EndsWith(":${ORDERS_VERSION:?the images' tag}", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("worker")]
    [TestCase("api")]
    [TestCase("schema")]
    public void A_program_of_ours_runs_without_privileges(string service)
    {
        var one = Compose.Services[service];

        Assert.That(one.User, Does.Not.StartWith("0").And.Not.Empty);
        Assert.That(one.ReadOnly, Is.True);
        Assert.That(one.CapDrop, Is.EqualTo(new[] { "ALL" }));
    }

    [TestCase("worker")]
    [TestCase("api")]
    public void A_program_starts_after_the_schema_is_made(string service) =>
        Assert.That(Compose.Services[service].DependsOn["schema"]["condition"], Is.EqualTo("service_completed_successfully"));

    [Test]
    public void A_secret_is_asked_for_and_never_written()
    {
        var secrets = Compose.Services.Values.SelectMany(service => service.Environment)
            .Where(pair => Secret().IsMatch(pair.Key))
            .Where(pair => !pair.Value.Contains("${", StringComparison.Ordinal) || !pair.Value.Contains(":?", StringComparison.Ordinal));

        Assert.That(secrets, Is.Empty);
    }

    [Test]
    public void Each_file_that_is_mounted_is_there()
    {
        var missing = Compose.Services.Values.SelectMany(service => service.Volumes)
            .Where(volume => volume.StartsWith("./", StringComparison.Ordinal))
            .Select(volume => Path.Combine(Folder, volume.Split(':')[0]))
            .Where(path => !File.Exists(path) && !Directory.Exists(path));

        Assert.That(missing, Is.Empty);
    }

    private static ComposeFile Read()
    {
        using var text = new StreamReader(Path.Combine(Folder, "compose.yaml"));
        return new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build()
            .Deserialize<ComposeFile>(new MergingParser(new Parser(text)));
    }

    [GeneratedRegex(@":v?\d+\.\d+(\.\d+)?$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex("Secret|PASSWORD|_PWD|PhoneKey|MasterKeys|ConnectionStrings")]
    private static partial Regex Secret();

    internal sealed class ComposeFile
    {
        public string Name { get; set; } = "";

        [YamlMember(Alias = "x-program", ApplyNamingConventions = false)]
        public object? Program { get; set; }

        public Dictionary<string, ComposeService> Services { get; set; } = [];

        public Dictionary<string, object?> Volumes { get; set; } = [];
    }

    internal sealed class ComposeService
    {
        public string Image { get; set; } = "";

        public List<string> Command { get; set; } = [];

        public List<string> Profiles { get; set; } = [];

        public string Restart { get; set; } = "";

        public bool ReadOnly { get; set; }

        public List<string> Tmpfs { get; set; } = [];

        public string User { get; set; } = "";

        public List<string> CapDrop { get; set; } = [];

        public List<string> SecurityOpt { get; set; } = [];

        public string MemLimit { get; set; } = "";

        public double Cpus { get; set; }

        public string StopGracePeriod { get; set; } = "";

        public Dictionary<string, string> Environment { get; set; } = [];

        public Dictionary<string, Dictionary<string, string>> DependsOn { get; set; } = [];

        public List<string> Volumes { get; set; } = [];

        public List<string> Ports { get; set; } = [];

        public Dictionary<string, string> Healthcheck { get; set; } = [];

        public Dictionary<string, string> Deploy { get; set; } = [];
    }
}
