using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Visibility;

/// <summary>Which runs a list filter matches, operator by operator and type by type.</summary>
public sealed class ListFilterTests
{
    private readonly VisibilityFixture visibility = new();

    [OneTimeSetUp]
    public void AddRuns()
    {
        visibility.Run("plain");
        visibility.Run(
            "full", 1, attributes:
            [
                ("City", "\"Seoul\""), ("Sellers", """["s-1","s-2"]"""), ("Note", "\"Leave at the door, please\""), ("Payable", "12000"),
                ("Weight", "1.5"), ("Gift", "true"), ("Due", "\"2026-03-02T09:00:00+09:00\""),
            ]);
        visibility.Run("done", 2, WorkflowExecutionStatus.Completed, "Refund", ("City", "\"Busan\""), ("Payable", "-500"), ("Gift", "false"));
        visibility.Run("lost", 3, WorkflowExecutionStatus.Failed, "Refund", ("TemporalScheduledById", "\"nightly\""));
        visibility.Run("schedule", 4, attributes: [("TemporalNamespaceDivision", "\"TemporalScheduler\"")]);
    }

    // Open runs first, then the closed ones, each newest first.
    [TestCase("", "full plain lost done")]
    [TestCase("   ", "full plain lost done")]
    [TestCase("WorkflowId = 'full'", "full")]
    [TestCase("WorkflowId = \"full\"", "full")]
    [TestCase("`WorkflowId` = 'full'", "full")]
    [TestCase("RunId = 'run-done'", "done")]
    [TestCase("WorkflowType != 'Refund'", "full plain")]
    [TestCase("WorkflowType <> 'Refund'", "full plain")]
    [TestCase("WorkflowType IN ('Refund', 'Else')", "lost done")]
    [TestCase("WorkflowType not in ('Refund')", "full plain")]
    [TestCase("WorkflowId STARTS_WITH 'f'", "full")]
    [TestCase("WorkflowId STARTS_WITH 'F'", "")]
    [TestCase("WorkflowId NOT STARTS_WITH 'f'", "plain lost done")]
    [TestCase("WorkflowId > 'full'", "plain lost")]
    [TestCase("WorkflowId BETWEEN 'e' AND 'm'", "full lost")]
    [TestCase("WorkflowId NOT BETWEEN 'e' AND 'm'", "plain done")]
    [TestCase("ExecutionStatus = 'Running'", "full plain")]
    [TestCase("ExecutionStatus = 'Completed' or executionstatus2 is null", null)]
    [TestCase("ExecutionStatus IN ('Completed', 'Failed')", "lost done")]
    [TestCase("ExecutionStatus = 2", "done")]
    [TestCase("TaskQueue = 'orders' AND NOT WorkflowType = 'Order'", "lost done")]
    [TestCase("StartTime > '2026-03-01T12:01:00Z'", "lost done")]
    [TestCase("StartTime >= '2026-03-01T21:01:00+09:00'", "full lost done")]
    [TestCase("StartTime = 1772366460000000000", "full")]
    [TestCase("StartTime BETWEEN '2026-03-01T12:01:00Z' AND '2026-03-01T12:02:00.000Z'", "full done")]
    [TestCase("CloseTime IS NULL", "full plain")]
    [TestCase("CloseTime < '2027-01-01T00:00:00Z'", "lost done")]
    [TestCase("NOT CloseTime < '2026-01-01T00:00:00Z'", "lost done")]
    [TestCase("HistoryLength = 20", "lost done")]
    [TestCase("HistorySizeBytes >= 4000 AND StateTransitionCount = 7", "lost done")]
    [TestCase("ExecutionDuration = 60000000000", "lost done")]
    [TestCase("ExecutionDuration = '60000000000'", "lost done")]
    [TestCase("ExecutionDuration >= '1m'", "lost done")]
    [TestCase("ExecutionDuration < '0.5h' and ExecutionDuration > '59s999ms'", "lost done")]
    [TestCase("ExecutionDuration = '00:01:00'", "lost done")]
    [TestCase("ParentWorkflowId IS NULL AND RootWorkflowId = 'full'", "full")]
    [TestCase("City = 'Seoul'", "full")]
    [TestCase("City != 'Seoul'", "done")]
    [TestCase("NOT City = 'Seoul'", "done")]
    [TestCase("City IS NULL", "plain lost")]
    [TestCase("City IS NOT NULL", "full done")]
    [TestCase("City = 'Seoul' OR City IS NULL", "full plain lost")]
    [TestCase("Sellers = 's-2'", "full")]
    [TestCase("Sellers IN ('s-2', 's-9')", "full")]
    [TestCase("Sellers != 's-2'", "plain lost done")]
    [TestCase("Sellers NOT IN ('s-1')", "plain lost done")]
    [TestCase("Sellers IS NULL", "plain lost done")]
    [TestCase("Note = 'DOOR'", "full")]
    [TestCase("Note = 'nowhere please'", "full")]
    [TestCase("Note = 'the-door'", "full")]
    [TestCase("Note = 'door-the'", "")]
    [TestCase("Note != 'door'", "plain lost done")]
    [TestCase("Payable = 12000", "full")]
    [TestCase("Payable > -501 AND Payable < 0.5", "done")]
    [TestCase("Payable IN (-500, 1)", "done")]
    [TestCase("Weight > 1", "full")]
    [TestCase("Weight = 1.5", "full")]
    [TestCase("Weight BETWEEN 1 AND 1.5e0", "full")]
    [TestCase("Gift = true", "full")]
    [TestCase("Gift = FALSE", "done")]
    [TestCase("Gift != true", "done")]
    [TestCase("Due = '2026-03-02T00:00:00Z'", "full")]
    [TestCase("TemporalScheduledById = 'nightly'", "lost")]
    [TestCase("ScheduledById = 'nightly'", "lost")]
    [TestCase("ScheduleId = 'done'", "done")]
    [TestCase("TemporalNamespaceDivision = 'TemporalScheduler'", "schedule")]
    [TestCase("TemporalNamespaceDivision IS NULL OR TemporalNamespaceDivision IS NOT NULL", "schedule full plain lost done")]
    // AND binds closer than OR, NOT closer than both.
    [TestCase("WorkflowId = 'plain' OR WorkflowId = 'full' AND City = 'Busan'", "plain")]
    [TestCase("(WorkflowId = 'plain' OR WorkflowId = 'full') AND City = 'Seoul'", "full")]
    [TestCase("NOT WorkflowId = 'plain' AND ExecutionStatus = 'Running'", "full")]
    [TestCase("NOT (WorkflowId = 'plain' OR WorkflowId = 'full')", "lost done")]
    [TestCase("NOT NOT WorkflowId = 'plain'", "plain")]
    public void A_filter_matches_what_it_says(string filter, string? expected)
    {
        if (expected is null)
        {
            Assert.That(visibility.Refusal(filter), Does.Contain("is not a valid search attribute"));
            return;
        }
        Assert.That(string.Join(' ', visibility.Ids(filter)), Is.EqualTo(expected));
    }

    // A literal in quotes is taken for whatever it is compared with.
    [TestCase("Payable = '-500'", "Payable = -500")]
    [TestCase("Payable > ' -5 '", "Payable > -5")]
    [TestCase("Payable IN ('-500', 1)", "Payable IN (-500, 1)")]
    [TestCase("Weight = '1.5'", "Weight = 1.5")]
    [TestCase("Weight BETWEEN '1' AND '15e-1'", "Weight BETWEEN 1 AND 1.5")]
    [TestCase("Gift = 'true'", "Gift = true")]
    [TestCase("Gift = 'F'", "Gift = false")]
    [TestCase("Gift != 'on'", "Gift != true")]
    public void A_number_or_truth_value_may_stand_in_quotes(string quoted, string plain)
    {
        Assert.That(visibility.Ids(quoted), Is.EqualTo(visibility.Ids(plain)));
        Assert.That(visibility.Ids(plain), Is.Not.Empty);
    }

    [Test]
    public void A_quote_in_a_value_is_doubled_or_escaped()
    {
        visibility.Run("it's \"here\"", 9);
        Assert.That(visibility.Ids("""WorkflowId = 'it''s "here"'"""), Has.Length.EqualTo(1));
        Assert.That(visibility.Ids("""WorkflowId = "it's \"here\"" """), Has.Length.EqualTo(1));
        visibility.Store.Delete(VisibilityFixture.Namespace, "run-it's \"here\"");
    }
}
