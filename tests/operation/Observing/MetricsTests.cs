using System.Text.RegularExpressions;
using OrderOrchestration.Tests.Operation.Support;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Reconciliation;
using YamlDotNet.Serialization;

namespace OrderOrchestration.Tests.Operation.Observing;

/// <summary>The metrics of contract §5, and that dashboards and alerts name nothing else.</summary>
public sealed partial class MetricsTests
{
    [TestCase("orders_placed_total")]
    [TestCase("orders_ended_total{reason=\"customer\",status=\"completed\"}")]
    [TestCase("orders_attention{process=\"shipment\",step=\"request-shipping\"}")]
    [TestCase("orders_attention{process=\"return\",step=\"refund\"}")]
    [TestCase("partner_call_seconds_count{operation=\"POST /payments\",outcome=\"ok\",team=\"payment\"}")]
    [TestCase("webhooks_received_total{outcome=\"accepted\",team=\"payment\",type=\"payment.approved\"}")]
    [TestCase("webhooks_received_total{outcome=\"bad-signature\",team=\"unknown\",type=\"other\"}")]
    [TestCase("refunds_overdue")]
    [TestCase("reconciliation_differences_total{kind=\"amount\"}")]
    [TestCase("workflow_exceptions_total{workflow=\"OrderWorkflow\"}")]
    public void A_metric_of_the_contract_counts_what_happened_once(string series) => Assert.That(ObservedSystem.Value(series), Is.EqualTo(1), ObservedSystem.Metrics);

    [TestCase("outbox_oldest_seconds{relay=\"notifications\"}")]
    [TestCase("outbox_oldest_seconds{relay=\"subscribers\"}")]
    public void The_age_of_the_oldest_message_is_there_for_each_relay(string series) => Assert.That(ObservedSystem.Value(series), Is.Not.Null);

    [Test]
    public void A_kind_of_difference_that_no_reconciliation_found_is_zero_so_that_the_first_is_an_increase() => Assert.That(
        Enum.GetValues<DifferenceKind>().Select(KebabCase.Name).Where(kind => kind != "amount").Select(kind => ObservedSystem.Value($"reconciliation_differences_total{{kind=\"{kind}\"}}")),
        Has.All.EqualTo(0), ObservedSystem.Metrics);

    [TestCase("workflow_exceptions_total{workflow=\"Settlement\"}")]
    [TestCase("orders_ended_total{reason=\"stock-shortage\",status=\"cancelled\"}")]
    [TestCase("orders_ended_total{reason=\"defective\",status=\"refunded\"}")]
    [TestCase("webhooks_received_total{outcome=\"unknown-order\",team=\"logistics\",type=\"logistics.delivered\"}")]
    [TestCase("webhooks_received_total{outcome=\"accepted\",team=\"finance\",type=\"finance.payout-failed\"}")]
    [TestCase("refunds_won_total{origin=\"own\"}")]
    [TestCase("refunds_won_total{origin=\"foreign\"}")]
    [TestCase("settlement_won{amount=\"payable\"}")]
    [TestCase("settlement_unpaid_won")]
    public void A_metric_of_what_did_not_happen_yet_is_zero(string series) => Assert.That(ObservedSystem.Value(series), Is.Zero, ObservedSystem.Metrics);

    [Test]
    public void The_won_that_the_payment_team_took_are_counted() => Assert.That(ObservedSystem.Value("payments_won_total"), Is.EqualTo(63_000), ObservedSystem.Metrics);

    [Test]
    public void The_oldest_attention_is_as_old_as_the_oldest_that_nobody_has_resolved() => Assert.That(
        ObservedSystem.Value("orders_attention_oldest_seconds"),
        Is.EqualTo((DateTimeOffset.UtcNow - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(9))).TotalSeconds).Within(TimeSpan.FromHours(1).TotalSeconds));

    [Test]
    public void What_was_resolved_waits_for_no_operator() =>
        Assert.That(ObservedSystem.Value("orders_attention{process=\"cancelling\",step=\"refund\"}"), Is.Null, ObservedSystem.Metrics);

    [Test]
    public void No_label_holds_an_id_or_a_person()
    {
        var labels = Label().Matches(ObservedSystem.Metrics).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.That(labels.Where(value => OurId().IsMatch(value)), Is.Empty);
        Assert.That(labels.Where(value => value.Contains("김주문", StringComparison.Ordinal) || value.Contains("010-1234", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCaseSource(nameof(Dashboards))]
    public void A_dashboard_names_only_metrics_that_are_exported(string file) =>
        Assert.That(MetricNames.Expressions(file).SelectMany(MetricNames.Of).Distinct().Where(IsNotExported), Is.Empty);

    [Test]
    public void The_alerts_name_only_metrics_that_are_exported()
    {
        // Prometheus itself says whether a target is up.
        var named = AlertRules.All.SelectMany(rule => MetricNames.Of(rule.Expr)).Distinct().Where(name => name != "up");

        Assert.That(named.Where(IsNotExported), Is.Empty);
    }

    [Test]
    public void There_is_a_dashboard_for_each_thing_that_is_looked_at() => Assert.That(
        Dashboards().Select(file => Path.GetFileNameWithoutExtension((string)file.Arguments[0]!)),
        Is.SupersetOf(new[] { "orders", "money", "attention", "partners", "temporal", "database" }));

    private static IEnumerable<TestCaseData> Dashboards() => Directory.GetFiles(Repository.File("deploy", "grafana", "dashboards"), "*.json")
        .Select(file => new TestCaseData(file).SetArgDisplayNames(Path.GetFileName(file)));

    private static bool IsNotExported(string name) => !Regex.IsMatch(ObservedSystem.Metrics, $"(?m)^{Regex.Escape(name)}[ {{]");

    [GeneratedRegex("=\"([^\"]*)\"")]
    private static partial Regex Label();

    /// <summary>Orders, members, refunds, payments of ours and of others: a letter or two, a hyphen, and digits or hexadecimals.</summary>
    [GeneratedRegex(@"^(order-)?(o|m|g|r|p|pay|s|po)-[0-9a-f]+")]
    private static partial Regex OurId();
}

/// <summary>An alert as <c>deploy/prometheus</c> has it.</summary>
internal sealed class AlertRules
{
    public static IReadOnlyList<AlertRule> All { get; } =
    [
        .. new DeserializerBuilder().WithNamingConvention(YamlDotNet.Serialization.NamingConventions.CamelCaseNamingConvention.Instance).Build()
            .Deserialize<RuleFile>(File.ReadAllText(Repository.File("deploy", "prometheus", "orders.rules.yaml")))
            .Groups.SelectMany(group => group.Rules),
    ];

    internal sealed class RuleFile
    {
        public List<RuleGroup> Groups { get; set; } = [];
    }

    internal sealed class RuleGroup
    {
        public string Name { get; set; } = "";

        public List<AlertRule> Rules { get; set; } = [];
    }

    internal sealed class AlertRule
    {
        public string Alert { get; set; } = "";

        public string Expr { get; set; } = "";

        public string For { get; set; } = "";

        public Dictionary<string, string> Labels { get; set; } = [];

        public Dictionary<string, string> Annotations { get; set; } = [];
    }
}
