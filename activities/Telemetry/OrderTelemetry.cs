using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>The activity sources and meters of our programs, for a host to subscribe to (contract §5).</summary>
public static class OrderTelemetry
{
    /// <summary>Spans of clients, workflows and activities, and of what the relays send.</summary>
    public const string ActivitySourceName = "OrderOrchestration";

    /// <summary>Our own metrics.</summary>
    public const string MeterName = "OrderOrchestration";

    /// <summary>The metrics of Temporal's SDK (<see cref="TemporalSdkMetrics"/>).</summary>
    public const string TemporalMeterName = "Temporalio";

    internal static ActivitySource Source { get; } = new(ActivitySourceName);

    internal static Meter Meter { get; } = new(MeterName);

    /// <summary>Marks a span as failed. Only the kind of the failure is recorded: messages may name persons (contract §6).</summary>
    internal static void Fail(this Activity? activity, Exception error) => activity?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
}
