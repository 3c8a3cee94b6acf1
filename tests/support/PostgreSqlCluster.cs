using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrderOrchestration.Tests;

/// <summary>
/// A PostgreSQL of our own from the installed programs: a fresh cluster in a temporary folder, reached by a socket in that folder. It is started at
/// its first use. PostgreSQL refuses to run as root; then its own user runs it.
/// </summary>
internal static class PostgreSqlCluster
{
    private static readonly Lock Starting = new();
    private static string? folder;

    /// <summary>Why there is none; <c>null</c> where the programs are installed.</summary>
    public static string? Missing { get; } = Program("pg_ctl") is null || Program("initdb") is null
        ? "PostgreSQL is not installed here (no pg_ctl and initdb on PATH or in /usr/lib/postgresql/*/bin)."
        : null;

    /// <summary>A connection string for a new, empty database.</summary>
    /// <param name="settings">Settings of the server, where this is what starts it.</param>
    public static string NewDatabase(string settings = "-c fsync=off")
    {
        lock (Starting)
        {
            folder ??= Start(settings);
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

    /// <summary>The server's processes: the first one and all that it has started.</summary>
    public static IReadOnlyList<int> Processes()
    {
        var first = int.Parse(File.ReadLines(Path.Combine(folder!, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        var children = File.ReadAllText($"/proc/{first}/task/{first}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [first, .. children.Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
    }

    /// <summary>Ends the server and removes its folder.</summary>
    public static void Stop()
    {
        if (folder is not null)
        {
            NpgsqlConnection.ClearAllPools();
            Run("pg_ctl", "-D", Path.Combine(folder, "data"), "-m", "immediate", "-w", "stop");
            Directory.Delete(folder, recursive: true);
            folder = null;
        }
    }

    private static string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder { Host = folder, Database = database, Username = "orders", MaxPoolSize = 30 }.ToString();

    private static string Start(string settings)
    {
        var fresh = Directory.CreateTempSubdirectory("orders-pg-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            Wait(Process.Start("chown", ["postgres", fresh]));
        }

        var data = Path.Combine(fresh, "data");
        Run("initdb", "-D", data, "-U", "orders", "-A", "trust", "-E", "UTF8", "--no-sync");
        var options = $"-c listen_addresses='' -c unix_socket_directories='{fresh}' -c max_connections=200 {settings}";
        Run("pg_ctl", "-D", data, "-w", "-l", Path.Combine(fresh, "log"), "-o", options, "start");
        return fresh;
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
