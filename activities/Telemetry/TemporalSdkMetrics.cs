using System.Diagnostics.Metrics;
using Temporalio.Runtime;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>
/// The metrics of Temporal's SDK (<c>temporal_…</c>: task latencies, slots, pollers, sticky cache) on a .NET meter, so that they are served and
/// exported with all others. Durations are in seconds. Temporal's own adapter (Temporalio.Extensions.DiagnosticSource) is not on our package feed.
/// </summary>
public static class TemporalSdkMetrics
{
    private static readonly Meter Meter = new(OrderTelemetry.TemporalMeterName);
    private static readonly Lazy<TemporalRuntime> Shared = new(Create);

    /// <summary>The runtime that every client of this process shares; created at its first use.</summary>
    public static TemporalRuntime Runtime => Shared.Value;

    private static TemporalRuntime Create() => new(new TemporalRuntimeOptions(new TelemetryOptions
    {
        Metrics = new MetricsOptions
        {
            AttachServiceName = false,
            CustomMetricMeter = new Adapter(Meter),
            CustomMetricMeterOptions = new() { HistogramDurationFormat = CustomMetricMeterOptions.DurationFormat.FloatSeconds },
        },
    }));

    private sealed class Adapter(Meter meter) : ICustomMetricMeter
    {
        public ICustomMetricCounter<T> CreateCounter<T>(string name, string? unit, string? description)
            where T : struct => new CounterOf<T>(meter.CreateCounter<T>(name, Unit(unit), description));

        public ICustomMetricHistogram<T> CreateHistogram<T>(string name, string? unit, string? description)
            where T : struct => new HistogramOf<T>(meter.CreateHistogram<T>(name, Unit(unit), description));

        public ICustomMetricGauge<T> CreateGauge<T>(string name, string? unit, string? description)
            where T : struct => new GaugeOf<T>(meter.CreateGauge<T>(name, Unit(unit), description));

        public object CreateTags(object? appendFrom, IReadOnlyCollection<KeyValuePair<string, object>> tags)
        {
            var all = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (name, value) in (KeyValuePair<string, object?>[]?)appendFrom ?? [])
            {
                all[name] = value;
            }

            foreach (var (name, value) in tags)
            {
                all[name] = value;
            }

            return all.ToArray();
        }

        private static string? Unit(string? unit) => unit is "duration" ? "s" : unit;
    }

    private sealed class CounterOf<T>(Counter<T> counter) : ICustomMetricCounter<T>
        where T : struct
    {
        public void Add(T value, object tags) => counter.Add(value, (KeyValuePair<string, object?>[])tags);
    }

    private sealed class HistogramOf<T>(Histogram<T> histogram) : ICustomMetricHistogram<T>
        where T : struct
    {
        public void Record(T value, object tags) => histogram.Record(value, (KeyValuePair<string, object?>[])tags);
    }

    private sealed class GaugeOf<T>(Gauge<T> gauge) : ICustomMetricGauge<T>
        where T : struct
    {
        public void Set(T value, object tags) => gauge.Record(value, (KeyValuePair<string, object?>[])tags);
    }
}
