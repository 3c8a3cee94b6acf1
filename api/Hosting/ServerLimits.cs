using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrderOrchestration.Api.Hosting;

/// <summary>What the server takes from one connection before anything of ours runs.</summary>
internal static class ServerLimits
{
    private const int MostConnections = 10_000;
    private const int MostHeaderBytes = 32 * 1024;
    private const int MostHeaders = 64;
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    public static void Set(KestrelServerOptions kestrel, int maxBodyBytes)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = maxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = MostHeaders;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
    }
}
