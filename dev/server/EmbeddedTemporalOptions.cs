using EmbeddedTemporal.Common;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal;

/// <summary>How an embedded server is started.</summary>
public sealed record EmbeddedTemporalOptions
{
    /// <summary>Gets the loopback address to listen on.</summary>
    public string Ip { get; init; } = "127.0.0.1";

    /// <summary>Gets the gRPC port; zero takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Gets the port of the Web UI; null for none, zero for a free one.</summary>
    public int? UiPort { get; init; }

    /// <summary>Gets the port of the HTTP/JSON API; null for none, zero for a free one.</summary>
    public int? HttpPort { get; init; }

    /// <summary>Gets the directory with the built Web UI; null when there is none.</summary>
    public string? UiDirectory { get; init; }

    /// <summary>
    /// Gets what tells the Web UI where payloads are decoded (Temporal's remote codec protocol, the address without <c>/decode</c>); asked each time, for the
    /// codec may start later than this server.
    /// </summary>
    public Func<Uri?>? CodecEndpoint { get; init; }

    /// <summary>Gets the SQLite file that keeps everything; null keeps it in memory, for the life of the server.</summary>
    public string? DatabaseFile { get; init; }

    /// <summary>Gets the namespaces to register at start, where they are not there yet.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = ["default"];

    /// <summary>Gets the custom search attributes that those namespaces have, by name.</summary>
    public IReadOnlyDictionary<string, IndexedValueType> SearchAttributes { get; init; } = new Dictionary<string, IndexedValueType>();

    /// <summary>Gets a value indicating whether time skips from the start. Otherwise it does once somebody unlocks it.</summary>
    public bool TimeSkipping { get; init; }

    /// <summary>Gets what one workflow or request may take up.</summary>
    public ServerLimits Limits { get; init; } = new();

    /// <summary>Gets how many runs have their state in memory, beside those at work; the store has it of all.</summary>
    internal int StatesInMemory { get; init; } = 2048;

    /// <summary>Gets how long closed runs are kept in the namespaces registered at start.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(1);
}
