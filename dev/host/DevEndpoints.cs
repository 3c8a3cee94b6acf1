using System.Text.Json;
using OrderOrchestration.DevHost.Startup;

namespace OrderOrchestration.DevHost;

/// <summary>Where the parts of a running host answer; written to <c>endpoints.json</c> in its data directory for programs that start it on free ports.</summary>
/// <param name="Temporal">gRPC address of the Temporal server, <c>host:port</c>.</param>
/// <param name="TemporalUi">Web UI and HTTP API of the embedded server; absent where a cluster is used.</param>
/// <param name="Partners">The program that plays the other teams.</param>
public sealed record DevEndpoints(Uri Api, string Temporal, Uri? TemporalUi, Uri? Partners)
{
    private const string FileName = "endpoints.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal void WriteTo(DataDirectory directory)
    {
        // Readers wait for the file to appear: it must never be there half-written.
        var unfinished = directory.File(FileName + ".new");
        File.WriteAllText(unfinished, JsonSerializer.Serialize(this, Json));
        File.Move(unfinished, directory.File(FileName), overwrite: true);
    }

    internal static void Remove(DataDirectory directory) => File.Delete(directory.File(FileName));
}
