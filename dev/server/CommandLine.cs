using System.Globalization;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Visibility.Filters;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal;

/// <summary>
/// Reads the command lines of both official programs: <c>server start-dev --port N ...</c> of the CLI, and <c>N [--enable-time-skipping]</c> of the
/// test server. Flags without a counterpart here are ignored.
/// </summary>
public static class CommandLine
{
    private const int DefaultPort = 7233;

    /// <summary>Gets the official programs' flags that take no value; every other flag takes the next argument as its value.</summary>
    private static readonly HashSet<string> Switches =
        ["--headless", "--enable-time-skipping", "--log-config", "--http-disable", "--ui-disable", "--disable-config-file", "--disable-config-env"];

    /// <summary>Returns the options that the arguments set.</summary>
    /// <exception cref="FormatException">A value has the wrong format for its flag; the message names both.</exception>
    public static EmbeddedTemporalOptions Parse(IReadOnlyList<string> args)
    {
        var options = new EmbeddedTemporalOptions { Port = DefaultPort };
        var namespaces = new List<string> { "default" };
        var attributes = new Dictionary<string, IndexedValueType>();
        if (args.Count > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var port))
        {
            options = options with { Port = port };
        }

        foreach (var (flag, value) in Flags(args))
        {
            options = flag switch
            {
                "--port" or "-p" => options with { Port = Port(flag, value) },
                "--http-port" => options with { HttpPort = Port(flag, value) },
                "--ui-port" => options with { UiPort = Port(flag, value) },
                "--ui-codec-endpoint" => options with { CodecEndpoint = Address(flag, value) },
                "--ui-asset-path" => options with { UiDirectory = value },
                "--ip" => options with { Ip = value },
                "--db-filename" or "-f" => options with { DatabaseFile = value },
                "--enable-time-skipping" => options with { TimeSkipping = true },
                _ => options,
            };
            if (flag == "--dynamic-config-value")
            {
                options = options with { Limits = WithDynamicConfig(options.Limits, flag, value) };
            }

            if (flag is "--namespace" or "-n" && !namespaces.Contains(value))
            {
                namespaces.Add(value);
            }
            else if (flag == "--search-attribute")
            {
                var (name, type) = SearchAttribute(value);
                attributes[name] = type;
            }
        }

        return options with { Namespaces = namespaces, SearchAttributes = attributes };
    }

    /// <summary>Applies one dynamic configuration value of the real server; settings without a counterpart here are ignored.</summary>
    private static ServerLimits WithDynamicConfig(ServerLimits limits, string flag, string setting)
    {
        try
        {
            return WithDynamicConfig(limits, setting);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            throw new FormatException($"{flag} wants a setting with a value of its kind, not \"{setting}\".", malformed);
        }
    }

    private static ServerLimits WithDynamicConfig(ServerLimits limits, string setting) => setting.Split('=', 2) switch
    {
        ["limit.historyCount.suggestContinueAsNew", var events] => limits with { SuggestContinueAsNewEvents = int.Parse(events, CultureInfo.InvariantCulture) },
        ["limit.blobSize.error", var bytes] => limits with { BlobBytes = int.Parse(bytes, CultureInfo.InvariantCulture) },
        ["history.workflowIdReuseMinimalInterval", var span] => limits with { RunInterval = Span(span) },
        ["limit.blobSize.warn", var bytes] => limits with { BlobWarnBytes = int.Parse(bytes, CultureInfo.InvariantCulture) },
        ["frontend.workerVersioningDataAPIs", var enabled] => limits with { VersionSets = bool.Parse(enabled) },
        ["matching.enableFairness", var enabled] => limits with { Fairness = bool.Parse(enabled) },
        ["matching.wv.VersionDrainageStatusVisibilityGracePeriod", var wait] => limits with { Deployments = limits.Deployments with { DrainageGrace = Span(wait) } },
        ["matching.wv.VersionDrainageStatusRefreshInterval", var wait] => limits with { Deployments = limits.Deployments with { DrainageRefresh = Span(wait) } },
        ["matching.maxDeployments", var count] => limits with { Deployments = limits.Deployments with { Deployments = Count(count) } },
        ["matching.maxVersionsInDeployment", var count] => limits with { Deployments = limits.Deployments with { VersionsPerDeployment = Count(count) } },
        ["matching.maxVersionsInTaskQueue", var count] => limits with { Deployments = limits.Deployments with { VersionsPerQueue = Count(count) } },
        ["matching.maxTaskQueuesInDeploymentVersion", var count] => limits with { Deployments = limits.Deployments with { QueuesPerVersion = Count(count) } },
        _ => limits,
    };

    private static Func<Uri?> Address(string flag, string value) => Uri.TryCreate(value, UriKind.Absolute, out var address)
        ? () => address
        : throw new FormatException($"{flag} wants an address, not \"{value}\".");

    private static int Count(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    /// <summary>Parses a duration in the CLI's JSON form: "1s", with or without quotes, or a number of seconds.</summary>
    private static TimeSpan Span(string value) =>
        DurationText.TryParseUnits(value.Trim('"'), out var nanoseconds)
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture));

    private static IEnumerable<(string Flag, string Value)> Flags(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            if (!arg.StartsWith('-'))
            {
                continue;
            }

            var equals = arg.StartsWith("--", StringComparison.Ordinal) ? arg.IndexOf('=', StringComparison.Ordinal) : -1;
            if (equals > 0)
            {
                yield return (arg[..equals], arg[(equals + 1)..]);
            }
            else if (Switches.Contains(arg) || i + 1 == args.Count)
            {
                yield return (arg, "");
            }
            else
            {
                yield return (arg, args[++i]);
            }
        }
    }

    private static int Port(string flag, string value) => int.TryParse(value, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65535
        ? port
        : throw new FormatException($"{flag} wants a port number, not \"{value}\".");

    private static (string Name, IndexedValueType Type) SearchAttribute(string value)
    {
        var equals = value.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && Enum.TryParse<IndexedValueType>(value[(equals + 1)..], ignoreCase: true, out var type) && type != IndexedValueType.Unspecified
            ? (value[..equals], type)
            : throw new FormatException($"--search-attribute wants name=type with a known type, not \"{value}\".");
    }
}
