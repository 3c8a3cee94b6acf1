using System.Diagnostics;
using Npgsql;

namespace OrderOrchestration.Tests;

/// <summary>
/// A PostgreSQL of our own from the installed programs: a fresh cluster in a temporary folder, reached by a socket in that folder, one for all
/// fixtures and gone at the end. PostgreSQL refuses to run as root; then its own user runs it.
/// </summary>
[SetUpFixture]
public sealed class PrivatePostgreSql
{
    private static readonly Lock Starting = new();
    private static string? folder;
    private static string? missing;

    /// <summary>A connection string for a new, empty database; skips the test where PostgreSQL is not installed.</summary>
    public static string NewDatabase()
    {
        lock (Starting)
        {
            if (folder is null && missing is null)
            {
                Start();
            }
        }

        if (missing is not null)
        {
            Assert.Ignore(missing);
        }

        var name = "orders_" + Guid.NewGuid().ToString("N");
        using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A database name cannot be a parameter; this one is our own.
        command.CommandText = $"CREATE DATABASE {name}";
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return ConnectionString(name);
    }

    [OneTimeTearDown]
    public void Stop()
    {
        if (folder is not null)
        {
            NpgsqlConnection.ClearAllPools();
            Run("pg_ctl", "-D", Path.Combine(folder, "data"), "-m", "immediate", "-w", "stop");
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder { Host = folder, Database = database, Username = "orders", MaxPoolSize = 30 }.ToString();

    private static void Start()
    {
        if (Program("pg_ctl") is null || Program("initdb") is null)
        {
            missing = "PostgreSQL is not installed here (no pg_ctl and initdb on PATH or in /usr/lib/postgresql/*/bin).";
            return;
        }

        var fresh = Directory.CreateTempSubdirectory("orders-pg-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            Wait(Process.Start("chown", ["postgres", fresh]));
        }

        var data = Path.Combine(fresh, "data");
        Run("initdb", "-D", data, "-U", "orders", "-A", "trust", "-E", "UTF8", "--no-sync");
        var options = $"-c listen_addresses='' -c unix_socket_directories='{fresh}' -c fsync=off -c max_connections=200";
        Run("pg_ctl", "-D", data, "-w", "-l", Path.Combine(fresh, "log"), "-o", options, "start");
        folder = fresh;
    }

    private static void Run(string program, params string[] arguments)
    {
        string[] command = Environment.IsPrivilegedProcess
            ? ["runuser", "-u", "postgres", "--", Program(program)!, .. arguments]
            : [Program(program)!, .. arguments];
        Wait(Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Path.GetTempPath() })!);
    }

    private static void Wait(Process process)
    {
        using (process)
        {
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode}.");
            }
        }
    }

    private static string? Program(string name)
    {
        const string installed = "/usr/lib/postgresql";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists(installed)
                ? Directory.GetDirectories(installed).OrderDescending().Select(version => Path.Combine(version, "bin"))
                : []);
        return folders.Select(path => Path.Combine(path, name)).FirstOrDefault(File.Exists);
    }
}
