using System.Globalization;
using System.Net;
using System.Text;

namespace OrderOrchestration.Tests.Bench.Store;

/// <summary>The payment team's list of the seeded day in pages of 1,000, made as it is asked for: nothing of it is held.</summary>
internal sealed class ListingTeam(int payments) : HttpMessageHandler
{
    private const int PageSize = 1_000;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var cursor = request.RequestUri!.Query.Split('&').FirstOrDefault(part => part.StartsWith("cursor=", StringComparison.Ordinal));
        var first = cursor is null ? 1 : long.Parse(cursor["cursor=".Length..], CultureInfo.InvariantCulture);
        var last = Math.Min(first + PageSize - 1, payments);
        var text = new StringBuilder("{\"items\":[");
        for (var number = first; number <= last; number++)
        {
            var isRefunded = ReconciliationSeed.IsRefunded(number);
            var refunds = isRefunded ? $$"""{"refundId":"r-1","amount":{{ReconciliationSeed.Refunded}},"status":"completed","refundedAt":"2026-01-15T03:00:00Z"}""" : string.Empty;
            text.Append(number == first ? string.Empty : ",").Append(
                CultureInfo.InvariantCulture,
                $$"""{"paymentId":"{{ReconciliationSeed.PaymentId(number)}}","orderId":"{{ReconciliationSeed.OrderId(number)}}","attempt":1,"status":"approved","amount":{{ReconciliationSeed.Amount}},"refundedAmount":{{(isRefunded ? ReconciliationSeed.Refunded : 0)}},"refunds":[{{refunds}}],"updatedAt":"2026-01-15T03:00:00Z"}""");
        }

        text.Append(']').Append(last < payments ? $",\"nextCursor\":\"{(last + 1).ToString(CultureInfo.InvariantCulture)}\"" : string.Empty).Append('}');
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text.ToString(), Encoding.UTF8, "application/json") });
    }
}
