namespace EmbeddedTemporal.Persistence;

/// <summary>
/// Remembers, by a hash each, which workflow ids a store may have, so that starting one that it never had costs no read. An id that went stays, and two
/// may share a hash: that only costs the read.
/// </summary>
internal sealed class SeenWorkflowIds
{
    private readonly Lock gate = new();
    private readonly HashSet<int> hashes = [];

    public void Add(string namespaceName, string workflowId)
    {
        lock (gate)
        {
            hashes.Add(HashCode.Combine(namespaceName, workflowId));
        }
    }

    /// <summary>Answers false only for an id that was never added.</summary>
    public bool MayContain(string namespaceName, string workflowId)
    {
        lock (gate)
        {
            return hashes.Contains(HashCode.Combine(namespaceName, workflowId));
        }
    }
}
