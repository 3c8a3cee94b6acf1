using System.Linq.Expressions;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using OrderOrchestration.Activities.Outbox;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Api.Corpus;

/// <summary>
/// Thousands of wrong and odd answers of the other teams, to every call that reads one: the result is a message that our own programs can store and
/// pass on, or a failure of that team, and never an internal error.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class TeamAnswerTests
{
    private const int Answers = 600;
    private const int Seed = 20_263;

    private static readonly HttpStatusCode[] Statuses =
    [
        HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Accepted, HttpStatusCode.NoContent, HttpStatusCode.Conflict,
        HttpStatusCode.NotFound, HttpStatusCode.Gone, HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError,
    ];

    private static readonly LineQuantity[] Lines = [new("p-100", 2)];
    private static readonly ShippingAddress Address = new("Hong", "010-0000-0000", "06236", "Teheran-ro 1");
    private static readonly RedeemCoupon Redemption = new("o-1", "m-1", "C", "k");
    private static readonly Payout Payout = new("po-1", "s-1", new Won(90_000), new Won(10_000), ["st-1"], PayoutStatus.Requested, null, DateTimeOffset.UnixEpoch, null);
    private static readonly PendingNotification Notification = new("k", "o-1", "m-1", "order-paid", JsonElement.Parse("{}"), 0, DateTimeOffset.UnixEpoch);

    /// <summary>Every call that a client makes, each with an answer of the contract.</summary>
    private static readonly Call[] All =
    [
        Of<ProductClient>("GET product", client => client.GetAsync("p-100", default),
            """{"productId":"p-100","name":"Ramen","price":10000,"sellerId":"s-1","categoryId":"food","preOrder":false,"onSale":true,"available":10,"discounts":[{"scope":"product","kind":"rate","value":0.1}]}"""),
        Of<ProductClient>("GET similar", client => client.GetSimilarAsync("p-100", 3, default), """[{"productId":"p-101"},{"productId":"p-102"}]"""),
        Of<ProductClient>("POST stock-reservations", client => client.ReserveAsync("o-1", Lines, 1_800, "k", default),
            """{"reservationId":"r-1","expiresAt":"2026-05-01T09:30:00+09:00","lines":[{"productId":"p-100","reservedQuantity":2,"warehouseId":"w-1"}],"shortages":[{"productId":"p-100","available":1,"requested":2}]}"""),
        Of<ProductClient>("commit", client => client.CommitAsync("r-1", "k", default), "{}"),
        Of<ProductClient>("release", client => client.ReleaseAsync("r-1", "k", default), "{}"),
        Of<ProductClient>("POST stock-restorations", client => client.RestoreAsync("o-1", Lines, "r", "k", default), """{"restored":[{"productId":"p-100","quantity":2}]}"""),
        Of<MemberClient>("GET member", client => client.FindAsync("m-1", default),
            """{"memberId":"m-1","tier":"GOLD","pointBalance":5000,"birthday":"1990-03-01","phone":"010-1"}"""),
        Of<MemberClient>("point-uses", client => client.UsePointsAsync(new UsePoints("o-1", "m-1", new Won(1_000), "k"), default), """{"points":1000,"balance":4000,"reason":"balance"}"""),
        Of<MemberClient>("point-restorations", client => client.RestorePointsAsync("m-1", "o-1", new Won(1_000), "k", default), """{"points":1000,"balance":5000}"""),
        Of<MemberClient>("point-accruals", client => client.AccruePointsAsync("m-1", "o-1", new Won(1_000), "k", default), """{"points":1000,"balance":5000}"""),
        Of<MemberClient>("point-clawbacks", client => client.ClawBackPointsAsync("m-1", "o-1", new Won(1_000), "k", default), """{"points":1000,"balance":4000}"""),
        Of<MemberClient>("purchases", client => client.RecordPurchaseAsync("m-1", "o-1", new Won(1_000), Lines, "k", default),
            """{"monthAmount":1000,"totalAmount":2000,"tier":"GOLD","previousTier":"SILVER"}"""),
        Of<PromotionClient>("coupon validity", client => client.GetValidityAsync("C", "m-1", new Won(20_000), default),
            """{"valid":true,"reason":"r","kind":"rate","value":0.1,"maxDiscount":5000,"minOrderAmount":10000,"sellerShare":0.5}"""),
        Of<PromotionClient>("redemptions", client => client.RedeemAsync(Redemption, default), """{"reason":"used"}"""),
        Of<PromotionClient>("coupon restorations", client => client.RestoreAsync(Redemption, "k", default), "{}"),
        Of<PaymentClient>("POST payments", client => client.RequestAsync(new RequestPayment(null, "o-1", 1, new Won(20_000), "card", "Hong", Lines, "k"), default),
            """{"paymentId":"pay-1","status":"pending"}"""),
        Of<PaymentClient>("GET payment", client => client.GetAsync("pay-1", default),
            """{"status":"approved","approvalNumber":"a-1","declineCode":null,"amount":20000,"refundedAmount":1000,"refunds":[{"refundId":"r-1","amount":1000,"status":"completed","refundedAt":"2026-05-01T09:00:00+09:00"}]}"""),
        Of<PaymentClient>("GET payments", client => client.ListAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), "c-0", default),
            """{"items":[{"paymentId":"pay-1","orderId":"o-1","attempt":1,"status":"approved","amount":20000,"refundedAmount":1000,"refunds":[{"refundId":"r-1","amount":1000,"status":"completed","refundedAt":"2026-05-01T09:00:00+09:00"}],"updatedAt":"2026-05-01T09:00:00+09:00"}],"nextCursor":"c-1"}"""),
        Of<PaymentClient>("find payment", client => client.FindAsync("pay-1", default),
            """{"status":"approved","approvalNumber":"a-1","amount":20000,"refundedAmount":1000,"refunds":[{"refundId":"r-1","amount":1000,"status":"completed"}]}"""),
        Of<PaymentClient>("cancel payment", client => client.CancelAsync("pay-1", "r", "k", default), """{"status":"cancelled"}"""),
        Of<PaymentClient>("POST refunds", client => client.RefundAsync("pay-1", "r-1", new Won(1_000), "r", Lines, "k", default),
            """{"refundId":"r-1","refundedAmount":1000,"remainingAmount":19000,"refundedAt":"2026-05-01T09:00:00+09:00"}"""),
        Of<PaymentClient>("identity verification", client => client.GetIdentityVerificationAsync("iv-1", default), """{"verified":true,"memberId":"m-1"}"""),
        Of<LogisticsClient>("serviceability", client => client.GetServiceabilityAsync("06236", default), """{"deliverable":true,"remote":false}"""),
        Of<LogisticsClient>("shipments", client => client.RequestShipmentAsync("o-1", new PlannedShipment("s-1", "w-1", Lines), Address, "n", "k", default), "{}"),
        Of<LogisticsClient>("cancel shipment", client => client.StopAsync("s-1", "k", default), "{}"),
        Of<LogisticsClient>("change address", client => client.ChangeAddressAsync("s-1", Address, "k", default), "{}"),
        Of<LogisticsClient>("return", client => client.ReturnAsync("s-1", "r", "k", default), "{}"),
        Of<LogisticsClient>("return-pickups", client => client.RequestPickupAsync("o-1", "pi-1", Lines, Address, "k", default), "{}"),
        Of<FinanceClient>("payouts", client => client.RequestPayoutAsync(Payout, default), "{}"),
        Of<FinanceClient>("tax-invoices", client => client.RequestTaxInvoiceAsync("po-1", "s-1", new Won(10_000), TaxInvoiceKind.Original, default), "{}"),
        Of<NotificationClient>("notifications", client => client.SendAsync(Notification, default), "{}"),
    ];

    private static IEnumerable<TestCaseData> Calls() => All.Select(call => new TestCaseData(call).SetArgDisplayNames(call.Name));

    [Test]
    public void Every_call_that_a_client_makes_is_in_the_corpus()
    {
        var made = typeof(ProductClient).Assembly.GetExportedTypes()
            .Where(type => type.Name.EndsWith("Client", StringComparison.Ordinal) && type.GetField("Team", BindingFlags.Public | BindingFlags.Static) is not null)
            .SelectMany(client => client.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.ReturnType.IsAssignableTo(typeof(Task)))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
            .ToList();

        Assert.That(made, Has.Count.GreaterThan(25));
        Assert.That(All.Select(call => call.Method), Is.EquivalentTo(made));
    }

    [TestCaseSource(nameof(Calls))]
    public async Task No_answer_is_an_error_of_ours_and_what_is_wrong_is_the_teams_or_an_operators(Call call)
    {
        var (believed, failed) = (0, 0);
        for (var i = 0; i < Answers; i++)
        {
            var mutator = new Mutator(new Random(Seed + i));
            var (status, body) = (mutator.Pick(Statuses), mutator.OneIn(30) ? [] : mutator.Body(call.Answer));
            using var team = new AnsweringTeam(status, body, mutator.MediaType());
            using var http = new HttpClient(team) { BaseAddress = new Uri("http://team.test/") };
            try
            {
                var message = await call.Make(http);
                believed++;
                Assert.That(() => Kept(message), Throws.Nothing, $"#{i} {(int)status} {Encoding.UTF8.GetString(body)}");
            }
            catch (PartnerFailureException failure)
            {
                failed++;
                Assert.That(failure.IsTransient, Is.EqualTo(IsTransient(status)), $"#{i} {(int)status}: only a failure that may pass is retried");
            }
            catch (Exception e) when (e is not AssertionException)
            {
                Assert.Fail($"#{i} {(int)status} {Encoding.UTF8.GetString(body)}: {e}");
            }
        }

        Assert.That((believed, failed), Is.EqualTo((Answers - failed, Answers - believed)));
        Assert.That(believed, Is.GreaterThan(0), "odd is not always wrong");
        Assert.That(failed, Is.GreaterThan(0));
    }

    [TestCase("GET product", """{"productId":"p-999","name":"Ramen","price":10000,"sellerId":"s-1","categoryId":"food","preOrder":false,"onSale":true,"available":10,"discounts":[]}""")]
    [TestCase("GET product", """{"productId":"p-100","name":"Ramen","price":1.5,"sellerId":"s-1","categoryId":"food","preOrder":false,"onSale":true,"available":10,"discounts":[]}""")]
    [TestCase("GET product", """{"productId":"p-100","name":"Ramen","price":10000,"sellerId":"s-1","categoryId":"food","onSale":true,"available":10,"discounts":[{"scope":"product","kind":"rate","value":1.5}]}""")]
    [TestCase("GET product", """{"productId":"p-100","name":"Ramen","sellerId":"s-1","categoryId":"food","preOrder":false,"onSale":true,"available":10,"discounts":[]}""")]
    [TestCase("GET member", """{"memberId":"m-1","tier":"GOLD"}""")]
    [TestCase("coupon validity", "{}")]
    [TestCase("coupon validity", """{"valid":true,"kind":"amount","sellerShare":0}""")]
    [TestCase("serviceability", """{"remote":false}""")]
    [TestCase("identity verification", """{"memberId":"m-1"}""")]
    [TestCase("GET payment", """{"amount":20000,"refundedAmount":0,"refunds":[]}""")]
    [TestCase("GET payment", """{"status":"approved","refundedAmount":0,"refunds":[]}""")]
    [TestCase("POST stock-reservations", """{"expiresAt":"2026-05-01T09:30:00+09:00","lines":[]}""")]
    [TestCase("POST stock-restorations", """{"restored":[{"productId":"p-100","quantity":1}]}""")]
    [TestCase("POST stock-restorations", """{"restored":[{"productId":"p-101","quantity":2}]}""")]
    [TestCase("POST stock-restorations", """{"restored":[{"productId":"p-100","quantity":2},{"productId":"p-101","quantity":1}]}""")]
    [TestCase("GET member", """{"memberId":"m-2","tier":"GOLD","pointBalance":5000}""")]
    [TestCase("GET member", """{"memberId":"m-1","tier":"GOLD","pointBalance":null}""")]
    [TestCase("point-uses", """{"points":500,"balance":4500}""")]
    [TestCase("point-uses", """{"balance":4000}""")]
    [TestCase("point-restorations", """{"points":999,"balance":4000}""")]
    [TestCase("point-accruals", """{"points":1001,"balance":4000}""")]
    [TestCase("point-clawbacks", """{"points":1001,"balance":0}""")]
    [TestCase("purchases", """{"monthAmount":-1,"totalAmount":2000,"tier":"GOLD","previousTier":"SILVER"}""")]
    [TestCase("coupon validity", """{"valid":true,"kind":"amount","value":1000,"maxDiscount":-5,"sellerShare":0}""")]
    [TestCase("coupon validity", """{"valid":true,"kind":"amount","value":1000,"sellerShare":1.1}""")]
    [TestCase("POST payments", """{"paymentId":"..","status":"pending"}""")]
    [TestCase("GET payment", """{"status":"approved","amount":20000,"refundedAmount":20001,"refunds":[]}""")]
    [TestCase("GET payment", """{"status":"paid","amount":20000,"refundedAmount":0,"refunds":[]}""")]
    [TestCase("GET payments", """{"items":[],"nextCursor":"c-0"}""")]
    [TestCase("GET payments", """{"items":[{"paymentId":"pay-1","attempt":1,"status":"approved","amount":20000,"refundedAmount":0,"refunds":[]}]}""")]
    [TestCase("cancel payment", "{}")]
    [TestCase("POST refunds", """{"refundId":"r-2","refundedAmount":1000,"remainingAmount":19000}""")]
    [TestCase("POST refunds", """{"refundId":"r-1","refundedAmount":999,"remainingAmount":19001}""")]
    [TestCase("POST refunds", """{"refundId":"r-1","refundedAmount":1000,"remainingAmount":-1}""")]
    public void What_was_not_asked_for_or_cannot_be_is_not_believed(string call, string answer)
    {
        using var team = new AnsweringTeam(HttpStatusCode.OK, Encoding.UTF8.GetBytes(answer), "application/json");
        using var http = new HttpClient(team) { BaseAddress = new Uri("http://team.test/") };

        Assert.That(
            async () => await All.Single(known => known.Name == call).Make(http),
            Throws.InstanceOf<PartnerFailureException>().With.Property(nameof(PartnerFailureException.IsMismatch)).True);
    }

    [TestCase("""{"valid":false,"reason":"expired"}""")]
    [TestCase("""{"valid":false}""")]
    public async Task Of_a_coupon_that_is_not_valid_nothing_else_need_be_said(string answer)
    {
        using var team = new AnsweringTeam(HttpStatusCode.OK, Encoding.UTF8.GetBytes(answer), "application/json");
        using var http = new HttpClient(team) { BaseAddress = new Uri("http://team.test/") };
        Assert.That((await new PromotionClient(http).GetValidityAsync("C", "m-1", new Won(20_000), default)).Valid, Is.False);
    }

    /// <summary>As Temporal and the store encode it: strict UTF-8 without NUL.</summary>
    private static void Kept(object? message)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, OrderJson.Options);
        using var document = JsonDocument.Parse(bytes);
        foreach (var text in Texts(document.RootElement))
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text);
            if (text.Contains('\0', StringComparison.Ordinal))
            {
                throw new FormatException("NUL");
            }
        }
    }

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Texts(member.Value)),
        _ => [],
    };

    private static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private static Call Of<TClient>(string name, Expression<Func<TClient, Task>> call, string answer)
    {
        var (make, method) = (call.Compile(), MethodOf(call.Body));
        return new Call(
            name,
            $"{typeof(TClient).Name}.{method.Name}",
            async http =>
            {
                var made = make((TClient)Activator.CreateInstance(typeof(TClient), http)!);
                await made;

                return method.ReturnType.IsGenericType ? method.ReturnType.GetProperty(nameof(Task<object>.Result))!.GetValue(made) : null;
            },
            answer);
    }

    private static MethodInfo MethodOf(Expression body) => ((MethodCallExpression)(body is UnaryExpression conversion ? conversion.Operand : body)).Method;

    /// <summary>A call of a client.</summary>
    /// <param name="Method">The client's method that makes it.</param>
    /// <param name="Answer">A good answer to it.</param>
    public sealed record Call(string Name, string Method, Func<HttpClient, Task<object?>> Make, string Answer);

    private sealed class AnsweringTeam(HttpStatusCode status, byte[] body, string mediaType) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
            response.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
            return Task.FromResult(response);
        }
    }
}
