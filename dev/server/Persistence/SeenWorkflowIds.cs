namespace EmbeddedTemporal.Persistence;

/// <summary>
/// The hashes of all workflow ids that a store may contain, so that the start of a new workflow id needs no read. Deleted ids stay in the set, and hashes may
/// collide; both only cost a read.
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

    /// <summary>Returns false only for an id that was never added.</summary>
    public bool MayContain(string namespaceName, string workflowId)
    {
        lock (gate)
        {
            return hashes.Contains(HashCode.Combine(namespaceName, workflowId));
        }
    }
}
