using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>The steps of settlement, as operators see them.</summary>
internal static class SettlementStep
{
    /// <summary>How long a step is retried before it waits for an operator.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromMinutes(10);

    public static ActivityStep FindDay { get; } = new("find-day", "look for a day that was not settled", CallTime: 60);

    public static ActivityStep CloseDay { get; } = new("close-day", "take a page of open lines into the day", CallTime: 120);

    public static ActivityStep CreateStatements { get; } = new("create-statements", "calculate commissions and create the statements of a page of sellers", CallTime: 120);

    public static ActivityStep CompleteDay { get; } = new("complete-day", "sum the day up and report it to the operators", CallTime: 60);

    public static ActivityStep OpenPayouts { get; } = new("open-payouts", "make payouts of a page of sellers' open statements", CallTime: 120);

    public static ActivityStep RequestPayout { get; } = new("request-payout", "request the payout at the finance team");

    public static ActivityStep AwaitPayout { get; } = new("await-payout", "wait for the finance team to pay");

    public static ActivityStep EndPayout { get; } = new("end-payout", "write how the payout ended");

    public static ActivityStep SettlePayout { get; } = new("settle-payout", "decide about a payout of which the finance team says something else than was asked for or said before");

    public static ActivityStep RequestTaxInvoice { get; } = new("request-tax-invoice", "request the tax invoice at the finance team");

    /// <summary>Reporting a failure is retried without a limit.</summary>
    public static ActivityStep Report { get; } = new("report-failure", "tell the operators what waits for them");
}
