namespace EmbeddedTemporal.Frontend;

/// <summary>The version and cluster name that the server reports.</summary>
internal static class ServerIdentity
{
    /// <summary>The version of the real server whose behaviour is implemented; clients and the Web UI check it.</summary>
    public const string Version = "1.31.2";

    public const string ClusterName = "active";
}
