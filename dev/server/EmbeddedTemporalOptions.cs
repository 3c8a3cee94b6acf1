using EmbeddedTemporal.Common;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal;

/// <summary>Options of an embedded server.</summary>
public sealed record EmbeddedTemporalOptions
{
    /// <summary>Gets the loopback address to listen on.</summary>
    public string Ip { get; init; } = "127.0.0.1";

    /// <summary>Gets the gRPC port; zero picks a free one.</summary>
    public int Port { get; init; }

    /// <summary>Gets the port of the Web UI; null for none, zero for a free one.</summary>
    public int? UiPort { get; init; }

    /// <summary>Gets the port of the HTTP/JSON API; null for none, zero for a free one.</summary>
    public int? HttpPort { get; init; }

    /// <summary>Gets the directory with the built Web UI; null when there is none.</summary>
    public string? UiDirectory { get; init; }

    /// <summary>
    /// Gets a function that returns the remote codec endpoint for the Web UI (the address without <c>/decode</c>). It is called for every settings request,
    /// because the codec server may start later than this server.
    /// </summary>
    public Func<Uri?>? CodecEndpoint { get; init; }

    /// <summary>Gets the SQLite file of the persistence store; null uses an in-memory store that is lost when the server ends.</summary>
    public string? DatabaseFile { get; init; }

    /// <summary>Gets the namespaces to register at start, unless they exist already.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = ["default"];

    /// <summary>Gets the custom search attributes of those namespaces, by name.</summary>
    public IReadOnlyDictionary<string, IndexedValueType> SearchAttributes { get; init; } = new Dictionary<string, IndexedValueType>();

    /// <summary>Gets a value indicating whether time skipping is unlocked at start; otherwise a client has to unlock it.</summary>
    public bool TimeSkipping { get; init; }

    /// <summary>Gets the size and count limits of workflows and requests.</summary>
    public ServerLimits Limits { get; init; } = new();

    /// <summary>Gets how many idle runs keep their mutable state in memory; the store has the state of all runs.</summary>
    internal int StatesInMemory { get; init; } = 2048;

    /// <summary>Gets the retention of closed runs in the namespaces registered at start.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(1);
}
