using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.DevHost;

/// <summary>Section <c>Embedded</c>: the ports of the parts that <c>dev/host</c> starts; 0 = any free port (contract §4).</summary>
public sealed record EmbeddedOptions
{
    public const string Section = "Embedded";

    public TemporalPorts Temporal { get; init; } = new();

    public PartnersPort Partners { get; init; } = new();

    public WebUiBuild WebUi { get; init; } = new();

    public TelemetryPage Dashboard { get; init; } = new();

    public Protection Privacy { get; init; } = new();

    /// <summary>Whether personal data is encrypted. Benchmarks disable it to measure the cost of encryption.</summary>
    public sealed record Protection
    {
        public bool Enabled { get; init; } = true;
    }

    /// <summary>Whether the Temporal Web UI is built (once, in the background, where Node.js is present) and served.</summary>
    public sealed record WebUiBuild
    {
        public bool Enabled { get; init; } = true;
    }

    /// <summary>Whether the stand-alone dashboard of .NET Aspire is started, and where its page is.</summary>
    public sealed record TelemetryPage
    {
        public bool Enabled { get; init; }

        [Range(0, 65535)]
        public int Port { get; init; } = 18888;
    }

    /// <summary>gRPC, and the Web UI with the HTTP API beside it.</summary>
    public sealed record TemporalPorts
    {
        [Range(0, 65535)]
        public int Port { get; init; } = 7233;

        [Range(0, 65535)]
        public int UiPort { get; init; } = 8233;
    }

    /// <summary>The server that simulates the other teams.</summary>
    public sealed record PartnersPort
    {
        [Range(0, 65535)]
        public int Port { get; init; } = 8090;
    }
}
