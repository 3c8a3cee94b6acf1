using System.Globalization;
using System.Text;
using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Reconciliations;

/// <summary>A day's differences as a CSV file (RFC 4180, UTF-8 with a byte order mark for spreadsheets), written page by page.</summary>
internal sealed class ReconciliationCsv(ReconciledDay day, IReconciliationQueries queries) : IResult
{
    public const string ContentType = "text/csv";

    private const int RowsPerPage = 1_000;
    private const string Header = "foundAt,orderId,paymentId,attempt,refundId,kind,ours,theirs,oursStatus,theirsStatus,done\r\n";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = ContentType + "; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"reconciliation-{BusinessDay.Text(day.Day)}.csv\"";
        var text = new StringBuilder("\uFEFF").Append(Header);
        IReadOnlyList<FoundDifference> page;
        var after = 0L;
        do
        {
            page = await queries.DifferencesAsync(day.Day, day.Run, after, RowsPerPage, httpContext.RequestAborted);
            foreach (var found in page)
            {
                Append(text, found);
                after = found.Position;
            }

            await response.WriteAsync(text.ToString(), httpContext.RequestAborted);
            text.Clear();
        }
        while (page.Count == RowsPerPage);
    }

    private static void Append(StringBuilder text, FoundDifference found)
    {
        var (difference, foundAt) = (found.Difference, found.FoundAt);
        text.Append(CultureInfo.InvariantCulture, $"{foundAt.ToOffset(TimeSpan.FromHours(9)):yyyy-MM-dd'T'HH:mm:sszzz},{CsvCell.Of(difference.OrderId)},")
            .Append(CultureInfo.InvariantCulture, $"{CsvCell.Of(difference.PaymentId)},{difference.Attempt},{CsvCell.Of(difference.RefundId)},")
            .Append(CultureInfo.InvariantCulture, $"{KebabCase.Name(difference.Kind)},{difference.Ours?.Amount},{difference.Theirs?.Amount},")
            .Append(CultureInfo.InvariantCulture, $"{difference.OursStatus},{difference.TheirsStatus},{KebabCase.Name(difference.Done)}\r\n");
    }
}
