using Microsoft.Data.Sqlite;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>A state file that cannot be used is named, and never half used.</summary>
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
