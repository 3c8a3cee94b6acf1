using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.DevHost;

/// <summary>Section <c>Embedded</c>: the ports of what <c>dev/host</c> starts itself; 0 = any free port (contract §4).</summary>
public sealed record EmbeddedOptions
{
    public const string Section = "Embedded";

    public TemporalPorts Temporal { get; init; } = new();

    public PartnersPort Partners { get; init; } = new();

    public WebUiBuild WebUi { get; init; } = new();

    /// <summary>Whether the Temporal Web UI is built (once, in the background, where Node.js is present) and served.</summary>
    public sealed record WebUiBuild
    {
        public bool Enabled { get; init; } = true;
    }

    /// <summary>gRPC, and the Web UI with the HTTP API beside it.</summary>
    public sealed record TemporalPorts
    {
        [Range(0, 65535)]
        public int Port { get; init; } = 7233;

        [Range(0, 65535)]
        public int UiPort { get; init; } = 8233;
    }

    /// <summary>The program that plays the other teams.</summary>
    public sealed record PartnersPort
    {
        [Range(0, 65535)]
        public int Port { get; init; } = 8090;
    }
}
