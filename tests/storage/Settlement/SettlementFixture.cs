using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Storage.Settlement;

/// <summary>Runs of settlement over a store of its own for each test, page by page as the workflows do it.</summary>
[Parallelizable(ParallelScope.Self)]
public abstract class SettlementFixture(DatabaseKind kind) : StoreFixture(kind)
{
    private DirectoryInfo? folder;
    private Microsoft.Extensions.DependencyInjection.ServiceProvider? program;

    protected ISettlementStore Days => Get<ISettlementStore>();

    protected IPayoutStore Payouts => Get<IPayoutStore>();

    protected ISettlementQueries Reader => Get<ISettlementQueries>();

    [SetUp]
    public void OpenEmptyStore()
    {
        folder = Directory.CreateTempSubdirectory("settlement-store-");
        program = NewProgram(NewDatabase(folder.FullName));
    }

    [TearDown]
    public async Task CloseEmptyStoreAsync()
    {
        await program!.DisposeAsync();
        folder!.Delete(recursive: true);
    }

    protected T Get<T>()
        where T : notnull => (T)program!.GetService(typeof(T))!;

    protected async Task WriteAsync(params SettlementEntry[] entries)
    {
        foreach (var order in entries.GroupBy(entry => entry.OrderId))
        {
            await Get<IOrderStore>().WriteAsync(Entries.Record([.. order]), default);
        }
    }

    protected async Task CloseAsync(DateOnly day, int lines = 1_000)
    {
        var page = new ClosedPage(0, 0, Closed: false);
        while (!page.Closed)
        {
            page = await Days.CloseDayAsync(new CloseDay(day, page.UpTo, lines), default);
        }
    }

    protected async Task<SettledDay> SettleAsync(DateOnly day, int lines = 1_000, int sellers = 100)
    {
        await CloseAsync(day, lines);
        string? after = null;
        while (await Days.CreateStatementsAsync(new CreateStatements(day, after, sellers), default) is { UpTo: { } upTo })
        {
            after = upTo;
        }

        return await Days.CompleteDayAsync(day, default);
    }

    /// <summary>Opens all payouts of a run and answers them.</summary>
    protected async Task<IReadOnlyList<OpenedPayout>> PayAsync(string runId, int sellers = 100)
    {
        var opened = new List<OpenedPayout>();
        while (await Payouts.OpenAsync(new OpenPayouts(runId, opened.Count == 0 ? null : opened[^1].SellerId, sellers), default) is { Payouts.Count: > 0 } page)
        {
            opened.AddRange(page.Payouts);
        }

        return opened;
    }

    protected async Task<Statement> StatementAsync(string sellerId, DateOnly day) => (await Reader.FindStatementAsync(sellerId, day, default))!;

    protected async Task<IReadOnlyList<string>> EventTypesAsync(string subject) =>
        [.. (await Get<IOrderQueries>().EventsOfAsync(subject, 0, default)).Select(stored => stored.Event.Type)];

    protected async Task<IReadOnlyList<PendingNotification>> NotificationsAsync() =>
        await Get<INotificationOutbox>().ClaimAsync("test", 100, TimeSpan.FromMinutes(1), default);
}
