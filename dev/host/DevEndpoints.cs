using System.Text.Json;
using OrderOrchestration.DevHost.Startup;

namespace OrderOrchestration.DevHost;

/// <summary>
/// The addresses of a running host's parts. They are written to <c>endpoints.json</c> in the data directory, for programs that start the host on free ports.
/// </summary>
/// <param name="Temporal">gRPC address of the Temporal server, <c>host:port</c>.</param>
/// <param name="TemporalUi">Web UI and HTTP API of the embedded server; absent where a cluster is used.</param>
/// <param name="Partners">The program that plays the other teams.</param>
public sealed record DevEndpoints(Uri Api, string Temporal, Uri? TemporalUi, Uri? Partners)
{
    private const string FileName = "endpoints.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal void WriteTo(DataDirectory directory)
    {
        // Readers wait for the file to appear, so it is written under another name and renamed.
        var temporaryFile = directory.File(FileName + ".new");
        File.WriteAllText(temporaryFile, JsonSerializer.Serialize(this, Json));
        File.Move(temporaryFile, directory.File(FileName), overwrite: true);
    }

    internal static void Remove(DataDirectory directory) => File.Delete(directory.File(FileName));
}
