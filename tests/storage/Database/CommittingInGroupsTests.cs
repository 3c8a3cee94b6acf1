using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using OrderOrchestration.Activities.Database;

namespace OrderOrchestration.Tests.Storage.Database;

/// <summary>The one writer of an SQLite file: writes that wait together share one commit, and nothing else.</summary>
public sealed class CommittingInGroupsTests
{
    private readonly AsyncLocal<string> caller = new();
    private DirectoryInfo directory = null!;
    private string connectionString = null!;
    private GroupCommit writer = null!;
    private int openings;
    private bool isBroken;

    [SetUp]
    public void Start()
    {
        directory = Directory.CreateTempSubdirectory("group-commit-");
        connectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory.FullName, "numbers.db"), Pooling = false }.ToString();
        openings = 0;
        isBroken = false;
        using (var connection = new SqliteConnection(connectionString))
        {
            connection.Execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY)");
        }

        writer = new GroupCommit(OpenAsync);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await writer.DisposeAsync();
        directory.Delete(recursive: true);
    }

    [Test]
    public async Task Writes_that_wait_while_another_runs_are_committed_together()
    {
        var transactions = new HashSet<DbTransaction>();
        var (first, release) = Held(transactions);
        var others = Enumerable.Range(1, 20).Select(number => AddAsync(number, transactions)).ToList();
        release.SetResult();
        await Task.WhenAll(others.Append(first));

        Assert.That(transactions, Has.Count.EqualTo(2), "the one that ran alone, and one for all that had waited");
        Assert.That(Numbers(), Is.EquivalentTo(Enumerable.Range(0, 21)));
    }

    [Test]
    public async Task A_write_that_fails_does_not_affect_the_others_of_its_group()
    {
        var (first, release) = Held([]);
        var good = AddAsync(1, []);
        var twice = AddAsync(1, []);
        var halfDone = writer.WriteAsync<int>(
            async (transaction, _) =>
            {
                await InsertAsync(transaction, 2);
                throw new InvalidOperationException("half way");
            },
            CancellationToken.None);
        var last = AddAsync(3, []);
        release.SetResult();
        await Task.WhenAll(first, good, last);

        Assert.That(async () => await twice, Throws.InstanceOf<SqliteException>());
        Assert.That(async () => await halfDone, Throws.InvalidOperationException.With.Message.EqualTo("half way"));
        Assert.That(Numbers(), Is.EquivalentTo(new[] { 0, 1, 3 }));
    }

    [Test]
    public async Task A_write_whose_caller_cancelled_while_it_waited_is_not_executed()
    {
        using var timeout = new CancellationTokenSource();
        var (first, release) = Held([]);
        var ran = false;
        var given = writer.WriteAsync(
            (_, _) =>
            {
                ran = true;
                return Task.FromResult(0);
            },
            timeout.Token);
        await timeout.CancelAsync();
        release.SetResult();
        await first;

        Assert.That(async () => await given, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(ran, Is.False);
    }

    [Test]
    public async Task Where_the_file_cannot_be_opened_all_waiting_writes_fail_and_the_next_one_is_tried_again()
    {
        isBroken = true;
        var failures = await Task.WhenAll(Enumerable.Range(1, 3).Select(number => FailureOfAsync(AddAsync(number, []))));
        isBroken = false;
        await AddAsync(9, []);

        Assert.That(failures, Is.All.InstanceOf<SqliteException>());
        Assert.That(Numbers(), Is.EqualTo(new[] { 9 }));
    }

    [Test]
    public async Task A_write_runs_in_the_context_of_who_asked_for_it()
    {
        var (first, release) = Held([]);
        var seen = await Task.WhenAll(SeenByAsync("a"), SeenByAsync("b"), ReleaseAsync());
        await first;

        Assert.That(seen[..2], Is.EqualTo(new[] { "a", "b" }));

        Task<string?> ReleaseAsync()
        {
            release.SetResult();
            return Task.FromResult<string?>(null);
        }
    }

    [Test]
    public async Task One_connection_serves_them_all()
    {
        for (var number = 0; number < 5; number++)
        {
            await AddAsync(number, []);
        }

        Assert.That(openings, Is.EqualTo(1));
    }

    private async Task<string?> SeenByAsync(string name)
    {
        caller.Value = name;
        return await writer.WriteAsync((_, _) => Task.FromResult(caller.Value), CancellationToken.None);
    }

    /// <summary>A write that runs until it is released.</summary>
    private (Task Done, TaskCompletionSource Release) Held(HashSet<DbTransaction> transactions)
    {
        var release = new TaskCompletionSource();
        var began = new TaskCompletionSource();
        var done = writer.WriteAsync(
            async (transaction, _) =>
            {
                transactions.Add(transaction);
                await InsertAsync(transaction, 0);
                began.SetResult();
                await release.Task;
                return 0;
            },
            CancellationToken.None);
        began.Task.Wait();
        return (done, release);
    }

    private Task<int> AddAsync(int number, HashSet<DbTransaction> transactions) => writer.WriteAsync(
        (transaction, _) =>
        {
            transactions.Add(transaction);
            return InsertAsync(transaction, number);
        },
        CancellationToken.None);

    private static Task<int> InsertAsync(DbTransaction transaction, int number) =>
        transaction.Connection!.ExecuteAsync("INSERT INTO numbers (number) VALUES (@number)", new { number }, transaction);

    private static async Task<Exception?> FailureOfAsync(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.Exception?.InnerException;
    }

    private IReadOnlyList<int> Numbers()
    {
        using var connection = new SqliteConnection(connectionString);
        return [.. connection.Query<int>("SELECT number FROM numbers ORDER BY number")];
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        openings++;
        var connection = new SqliteConnection(isBroken ? "Data Source=/nowhere/at/all/numbers.db;Mode=ReadWrite" : connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
