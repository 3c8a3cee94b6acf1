using OrderOrchestration.Workflows.Settlement;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Settlement;

[Parallelizable(ParallelScope.All)]
public sealed class StatementTests
{
    [Test]
    public void A_statement_and_a_payout_have_ids_that_follow_from_what_they_are_for()
    {
        Assert.That(Statement.IdOf(new DateOnly(2026, 1, 5), "s-1"), Is.EqualTo("st-2026-01-05-s-1"));
        Assert.That(Payout.IdOf("payout-2026-01-06", "s-1"), Is.EqualTo("po-payout-2026-01-06-s-1"));
    }

    [Test]
    public void Hotspot_21_a_payout_has_a_tax_invoice_for_its_commission_an_amended_one_below_zero_and_none_for_nothing()
    {
        Assert.That(TaxInvoices.KindOf(Won(1)), Is.EqualTo(TaxInvoiceKind.Original));
        Assert.That(TaxInvoices.KindOf(Won(0)), Is.Null);
        Assert.That(TaxInvoices.KindOf(Won(-1)), Is.EqualTo(TaxInvoiceKind.Amended));
    }
}
