using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;

namespace EmbeddedTemporal.History;

/// <summary>
/// The run's state in memory. The actor stays; its state goes while nobody needs it, and is read from the store again when somebody does. So
/// a run that sleeps costs little, however many there are.
/// </summary>
internal sealed partial class WorkflowRun
{
    private MutableState? resident = initial;
    private bool isDeleted;
    private volatile bool isLive = initial.IsLive;
    private volatile bool isRecent = true;

    /// <summary>Gets a value indicating whether the run still has work to do; may be out of date at once.</summary>
    public bool IsLive => isLive;

    /// <summary>Gets the state; only for those whose turn it is.</summary>
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

    /// <summary>Gets a value indicating whether the state is not in memory; may be out of date at once.</summary>
    public bool IsUnloaded => resident is null;

    /// <summary>Lets go of the state, unless the run is at work or the store does not have all of it.</summary>
    public void Unload()
    {
        if (mailbox.TryEnter(out var turn))
        {
            using (turn)
            {
                resident = WhatTheStoreLacks() is null ? null : resident;
            }
        }
    }

    /// <summary>Lets go of the state, unless the run is at work, was used since this was asked last, or the store does not have all of it.</summary>
    public bool TryUnload()
    {
        if (!mailbox.TryEnter(out var turn))
        {
            return false;
        }

        using (turn)
        {
            if (isRecent || isDeleted || WhatTheStoreLacks() is not null)
            {
                isRecent = false;
                return isDeleted;
            }

            resident = null;
            return true;
        }
    }
}
