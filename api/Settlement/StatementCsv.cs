using System.Globalization;
using System.Text;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>
/// A statement as a CSV file (RFC 4180, UTF-8 with a byte order mark for spreadsheets): every line, then their sum, which is the statement's amount.
/// It is written page by page, so that a statement of a million lines is not loaded into memory at once.
/// </summary>
internal sealed class StatementCsv(Statement statement, ISettlementQueries queries) : IResult
{
    public const string ContentType = "text/csv";

    private const int LinesPerPage = 1_000;
    private const string Header =
        "at,orderId,kind,productId,categoryId,quantity,sales,sellerDiscount,platformDiscount,commissionRate,commission,net\r\n";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = ContentType + "; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"statement-{BusinessDay.Text(statement.Day)}.csv\"";
        var text = new StringBuilder("\uFEFF").Append(Header);
        var sum = new Sum();
        var after = 0L;
        IReadOnlyList<StatementLine> page;
        do
        {
            page = await queries.LinesAsync(statement.SellerId, statement.Day, after, LinesPerPage, httpContext.RequestAborted);
            foreach (var line in page)
            {
                Append(text, line.Entry);
                sum = sum.With(line.Entry);
                after = line.Position;
            }

            await response.WriteAsync(text.ToString(), httpContext.RequestAborted);
            text.Clear();
        }
        while (page.Count == LinesPerPage);

        var total = string.Create(
            CultureInfo.InvariantCulture,
            $"total,,,,,{sum.Quantity},{sum.Sales},{sum.SellerDiscount},{sum.PlatformDiscount},,{sum.Commission},{sum.Net}\r\n");
        await response.WriteAsync(total, httpContext.RequestAborted);
    }

    private static void Append(StringBuilder text, SettlementEntry entry) => text.Append(
        CultureInfo.InvariantCulture,
        $"{entry.At.ToOffset(TimeSpan.FromHours(9)):yyyy-MM-dd'T'HH:mm:sszzz},{CsvCell.Of(entry.OrderId)},{KebabCase.Name(entry.Kind)},")
        .Append(
            CultureInfo.InvariantCulture,
            $"{CsvCell.Of(entry.ProductId)},{CsvCell.Of(entry.CategoryId)},{entry.Quantity},{entry.Sales.Amount},{entry.SellerDiscount.Amount},")
        .Append(
            CultureInfo.InvariantCulture,
            $"{entry.PlatformDiscount.Amount},{entry.CommissionRate},{entry.Commission.Amount},{entry.Net.Amount}\r\n");

    private readonly record struct Sum(long Quantity, long Sales, long SellerDiscount, long PlatformDiscount, long Commission, long Net)
    {
        public Sum With(SettlementEntry entry) => checked(new Sum(
            Quantity + entry.Quantity,
            Sales + entry.Sales.Amount,
            SellerDiscount + entry.SellerDiscount.Amount,
            PlatformDiscount + entry.PlatformDiscount.Amount,
            Commission + entry.Commission.Amount,
            Net + entry.Net.Amount));
    }
}
