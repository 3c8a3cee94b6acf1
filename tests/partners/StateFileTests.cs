using Microsoft.Data.Sqlite;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>A state file that cannot be used is named in the error and left unchanged.</summary>
public sealed class StateFileTests
{
    private readonly StateFolder folder = new();

    [TearDown]
    public void Clear() => folder.Dispose();

    [Test]
    public void A_file_that_is_no_database_is_named()
    {
        File.WriteAllText(folder.File, new string('x', 10_000));

        Assert.That(StartAsync, Throws.InstanceOf<StateFileException>().With.Message.Contains(folder.File));
    }

    [Test]
    public async Task A_damaged_document_is_named()
    {
        await MakeAsync();
        Change("UPDATE documents SET body = '{' WHERE kind = 'member' AND id = 'm-1'");

        Assert.That(StartAsync, Throws.InstanceOf<StateFileException>().With.Message.Contains(folder.File).And.Message.Contains("member 'm-1'"));
    }

    [Test]
    public async Task A_file_of_a_newer_program_is_refused_and_left_as_it_is()
    {
        await MakeAsync();
        Change($"PRAGMA user_version={StateFileSchema.Version + 1}");

        Assert.That(StartAsync, Throws.InstanceOf<StateFileException>().With.Message.Contains(folder.File).And.Message.Contains("newer"));
        Change($"PRAGMA user_version={StateFileSchema.Version}");
        await using var teams = await StartAsync();
        Assert.That(teams.Product.All(), Is.Not.Empty);
    }

    [Test]
    public void Another_programs_database_is_refused()
    {
        Change("CREATE TABLE orders (id TEXT)");

        Assert.That(StartAsync, Throws.InstanceOf<StateFileException>().With.Message.Contains(folder.File).And.Message.Contains("no state file"));
    }

    [Test]
    public async Task One_server_owns_a_file()
    {
        await using var owner = await StartAsync();

        Assert.That(StartAsync, Throws.InstanceOf<StateFileException>().With.Message.Contains(folder.File).And.Message.Contains("in use"));
    }

    [Test]
    public void A_change_and_everything_in_its_turn_is_written_or_none_of_it()
    {
        using (var state = new TeamsState(folder.File))
        {
            Assert.That(
                () =>
                {
                    using (state.Enter())
                    {
                        state.Keep("kind", "a", new { Number = 1 });
                        state.Keep("kind", "b", new { Self = new Unwritable() });
                    }
                },
                Throws.InstanceOf<StateFileException>());
            Assert.That(() => state.Enter().Dispose(), Throws.InstanceOf<StateFileException>(), "memory is ahead of the file: nothing is answered any more");
        }

        using var next = new TeamsState(folder.File);
        Assert.That(next.Load<object>("kind"), Is.Empty);
    }

    [Test]
    public async Task A_file_of_format_1_is_taken_over_with_everything_in_it()
    {
        await using (var teams = await PartnersHarness.StartAsync(options => options with { StateFile = folder.File, StepDelay = StepDelay.Manual }))
        {
            var paymentId = (await teams.PayAsync("o-1", 30_000, "card-slow-refund")).TextOf("paymentId");
            teams.Partners.Steps.RunAll();
            await teams.RefundAsync(paymentId, "r-done", 10_000);
            teams.Partners.Steps.RunAll();
            await teams.RefundAsync(paymentId, "r-pending", 5_000);
            await teams.ShipAsync("s-1", "o-1");
            await PayOutAsync(teams, "po-done", "s-1");
            teams.Partners.Steps.RunAll("po-done");
            await PayOutAsync(teams, "po-pending", "s-4");
            await teams.PostAsync("/finance/tax-invoices", new { payoutId = "po-done", sellerId = "s-1", commission = 100 });
            await teams.SettleAsync();
        }

        ToFormat1();
        await using var next = await PartnersHarness.StartAsync(options => options with { StateFile = folder.File, StepDelay = StepDelay.Manual });
        var before = await ListAsync(next);
        next.Partners.Steps.RunAll();
        await next.SettleAsync();

        Assert.That(before, Has.Count.EqualTo(1), "it counts as changed when the file was taken over");
        var payment = next.Partners.Payment.OfOrder("o-1").Single();
        Assert.That(payment.Refunds.Select(r => (r.RefundId, r.Amount, r.Status)), Is.EqualTo(new[] { ("r-done", 10_000L, RefundStatus.Completed), ("r-pending", 5_000L, RefundStatus.Completed) }));
        Assert.That(next.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.partial-refund-completed" }), "as the payment's own rule says");
        Assert.That((await next.GetAsync("/logistics/shipments/s-1")).TextOf("status"), Is.EqualTo("delivered"));
        Assert.That(next.Partners.Books.Payouts.Single(p => p.PayoutId == "po-pending"), Has.Property("FailureReason").EqualTo("계좌 정보 오류"));
        Assert.That(next.Partners.Books.TaxInvoices.Single().Kind, Is.EqualTo(TaxInvoiceKind.Original));
        Assert.That(next.Partners.Books.Imbalances, Is.Empty);
    }

    private static async Task<List<string>> ListAsync(PartnersHarness teams)
    {
        var page = await teams.GetAsync("/payment/payments?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z");
        return [.. page["items"].EnumerateArray().Select(item => item.GetProperty("orderId").GetString()!)];
    }

    private static Task<Reply> PayOutAsync(PartnersHarness teams, string payoutId, string sellerId) =>
        teams.PostAsync("/finance/payouts", new { payoutId, sellerId, amount = 900, statementIds = new[] { "st-1" } });

    /// <summary>Takes out of the documents what format 1 did not have.</summary>
    private void ToFormat1() => Change("""
        UPDATE documents SET body = json_remove(body, '$.changes', '$.approvedAmount', '$.rule.approvedAmount') WHERE kind = 'payment';
        UPDATE documents SET body = json_remove(body, '$.refunds[0].asked', '$.refunds[0].origin', '$.refunds[0].answer', '$.refunds[0].hasFailed',
            '$.refunds[1].asked', '$.refunds[1].origin', '$.refunds[1].answer', '$.refunds[1].hasFailed') WHERE kind = 'payment';
        UPDATE documents SET body = json_remove(body, '$.stallsWithAhead', '$.rule.stallsAt') WHERE kind = 'shipment';
        UPDATE documents SET body = json_remove(body, '$.outcomes', '$.paidAmount') WHERE kind = 'payout';
        UPDATE documents SET body = json_remove(body, '$.kind') WHERE kind = 'tax-invoice';
        UPDATE documents SET body = json_remove(body, '$.isDeleted') WHERE kind = 'member';
        UPDATE documents SET body = json_set(body, '$.action.detail', '계좌 정보 오류') WHERE kind = 'step' AND body LIKE '%po-pending%';
        UPDATE documents SET body = json_remove(json_set(body, '$.deed', json_extract(body, '$.action')), '$.action') WHERE kind = 'step';
        PRAGMA user_version = 1;
        """);

    private async Task MakeAsync()
    {
        await using var teams = await StartAsync();
    }

    private Task<PartnersServer> StartAsync() => PartnersServer.StartAsync(new PartnersOptions { StateFile = folder.File });

    private void Change(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = folder.File, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed class Unwritable
    {
        public string Text => throw new NotSupportedException("cannot be written");
    }
}
