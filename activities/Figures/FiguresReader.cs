using System.ComponentModel.DataAnnotations;
using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrderOrchestration.Activities.Figures;

/// <summary>Periodically reads the figures of pending work from the store for the gauges.</summary>
internal sealed class FiguresReader(
    FigureQueries queries, FigureGauges gauges, IOptions<FiguresOptions> options, TimeProvider time, ILogger<FiguresReader> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await ReadAsync(stoppingToken);
                await Task.Delay(options.Value.Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            gauges.Show(await queries.ReadAsync(cancellationToken));
        }
        catch (Exception e) when (e is DbException or JsonException or InvalidOperationException)
        {
            // A figure that cannot be read must not end a worker.
            logger.LogWarning(e, "The figures for the gauges cannot be read; they are tried again");
            gauges.Show(null);
        }
    }
}

/// <summary>How often the gauges are updated: configuration section <c>Figures</c>.</summary>
public sealed class FiguresOptions
{
    public const string Section = "Figures";

    /// <summary>How often the store is read for the gauges.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>Registers the gauges; the order store is registered separately.</summary>
public static class FiguresServices
{
    /// <summary>Adds the gauges that are read from the store; workers have them (contract §5).</summary>
    public static IServiceCollection AddOperationFigures(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FiguresOptions>()
            .Bind(configuration.GetSection(FiguresOptions.Section))
            .Validate(
                options => Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true),
                $"A setting of {FiguresOptions.Section} is out of its range.")
            .ValidateOnStart();
        services.AddSingleton<FigureQueries>();
        services.AddSingleton<FigureGauges>();
        services.AddHostedService<FiguresReader>();
        return services;
    }
}
