namespace EmbeddedTemporal.Frontend;

/// <summary>What the server says it is.</summary>
internal static class ServerIdentity
{
    /// <summary>The real server's version whose behaviour this one follows; clients and the Web UI compare it.</summary>
    public const string Version = "1.31.2";

    public const string ClusterName = "active";
}
