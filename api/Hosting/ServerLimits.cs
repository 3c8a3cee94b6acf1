using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrderOrchestration.Api.Hosting;

/// <summary>Kestrel's limits for connections, headers and bodies.</summary>
internal static class ServerLimits
{
    private const int MaxConnections = 10_000;
    private const int MaxHeaderBytes = 32 * 1024;
    private const int MaxHeaders = 64;
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    public static void Set(KestrelServerOptions kestrel, int maxBodyBytes)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = maxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
    }
}
