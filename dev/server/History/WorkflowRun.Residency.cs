using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;

namespace EmbeddedTemporal.History;

/// <summary>
/// The run's mutable state in memory. This object stays in memory; its state is unloaded when idle and loaded from the store on demand, so that idle runs
/// use little memory.
/// </summary>
internal sealed partial class WorkflowRun
{
    private MutableState? resident = initial;
    private bool isDeleted;
    private volatile bool isLive = initial.IsLive;
    private volatile bool isRecent = true;

    /// <summary>Gets a value indicating whether the run has pending work; read without the lock, so it may be outdated.</summary>
    public bool IsLive => isLive;

    /// <summary>Gets the state, loading it if needed; accessed only under the lock.</summary>
    private MutableState State
    {
        get
        {
            isRecent = true;
            if (resident is null)
            {
                resident = engine.LoadState(Key.RunId) ?? throw ServiceErrors.WorkflowNotFound(Key.WorkflowId, Key.RunId);
                engine.Residents.Add(this);
            }

            return resident;
        }
    }

    /// <summary>Gets a value indicating whether the state is not in memory; read without the lock, so it may be outdated.</summary>
    public bool IsUnloaded => resident is null;

    /// <summary>Unloads the state, unless a transaction is in progress or the state is not fully persisted.</summary>
    public void Unload()
    {
        if (runLock.TryEnter(out var turn))
        {
            using (turn)
            {
                resident = FindUnpersisted() is null ? null : resident;
            }
        }
    }

    /// <summary>
    /// Unloads the state, unless a transaction is in progress, the state was used since the last call, or it is not fully persisted. Returns whether the run
    /// no longer counts as resident.
    /// </summary>
    public bool TryUnload()
    {
        if (!runLock.TryEnter(out var turn))
        {
            return false;
        }

        using (turn)
        {
            if (isRecent || isDeleted || FindUnpersisted() is not null)
            {
                isRecent = false;
                return isDeleted;
            }

            resident = null;
            return true;
        }
    }
}
