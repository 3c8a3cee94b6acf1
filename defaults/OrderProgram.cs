using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Database;

namespace OrderOrchestration.ServiceDefaults;

/// <summary>Runs a program until it is told to stop. What an operator has to put right before it can start is one line on standard error and exit code 1.</summary>
public sealed class OrderProgram
{
    private bool isUp;

    private OrderProgram()
    {
    }

    /// <param name="name">The program as an operator knows it: <c>the order API</c>.</param>
    /// <param name="build">Makes the host; it lets <see cref="Quiet"/> change its logging.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string name, Func<OrderProgram, IHost> build)
    {
        var program = new OrderProgram();
        try
        {
            await program.RunAsync(build(program));
            return 0;
        }
        catch (OperationCanceledException) when (!program.isUp)
        {
            // Told to stop while it waited for something to come up.
            return 0;
        }
        catch (Exception error) when (!program.isUp && IsForOperators(error))
        {
            await Console.Error.WriteLineAsync($"{name} cannot start: {OneLine(error)}");
            return 1;
        }
    }

    /// <summary>Keeps the host from logging what keeps it from starting, with its stack: it is reported in one line.</summary>
    public void Quiet(ILoggingBuilder logging) =>
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => isUp && level >= LogLevel.Information);

    // Services of ours are disposed asynchronously, as the hosts of .NET can.
    private async Task RunAsync(IHost host)
    {
        await using var disposal = (IAsyncDisposable)host;
        await host.StartAsync();
        isUp = true;
        await host.WaitForShutdownAsync();
    }

    // Settings that are wrong, a database or an address that is not to be had; any other exception is a fault of ours and keeps its stack.
    private static bool IsForOperators(Exception error) =>
        error is StoreSchemaException or OptionsValidationException or InvalidDataException or DbException or IOException or InvalidOperationException
            or FormatException;

    private static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ");
}
