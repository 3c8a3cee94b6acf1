using Temporalio.Api.Update.V1;

namespace EmbeddedTemporal.History.Requests;

/// <summary>
/// The update registry of a run: the admitted updates that are not accepted yet, with their delivery status. It is rebuilt from the mutable state.
/// Accessed only under the run's lock.
/// </summary>
internal sealed class UpdateRegistry
{
    private readonly OrderedDictionary<string, AdmittedUpdate> admitted = [];

    public UpdateRegistry(IEnumerable<Request> known)
    {
        foreach (var request in known)
        {
            Admit(request);
        }
    }

    /// <summary>Gets a value indicating whether an update has not been sent with a workflow task.</summary>
    public bool HasUnsent => admitted.Values.Any(update => !update.IsSent);

    public int Count => admitted.Count;

    public AdmittedUpdate? Find(string updateId) => admitted.GetValueOrDefault(updateId);

    public AdmittedUpdate Admit(Request request)
    {
        var update = new AdmittedUpdate(request);
        admitted[update.UpdateId] = update;
        return update;
    }

    /// <summary>Returns the updates to send with a workflow task, in the order of admission, and marks them as sent.</summary>
    /// <param name="answered">The ids of the updates that the current transaction has answered.</param>
    /// <param name="includeSent">Whether updates are included that were sent with an earlier task.</param>
    public IReadOnlyList<AdmittedUpdate> Send(IReadOnlySet<string> answered, bool includeSent)
    {
        var sent = admitted.Values.Where(update => !answered.Contains(update.UpdateId) && (includeSent || !update.IsSent)).ToList();
        sent.ForEach(update => update.IsSent = true);
        return sent;
    }

    /// <summary>Marks all updates as not sent, after the task that they were sent with has failed.</summary>
    public void Unsend()
    {
        foreach (var update in admitted.Values)
        {
            update.IsSent = false;
        }
    }

    /// <summary>Removes the updates that a rolled-back transaction had admitted.</summary>
    public void KeepOnly(IReadOnlyDictionary<string, Request> known)
    {
        foreach (var updateId in admitted.Keys.Where(updateId => !known.ContainsKey(updateId)).ToList())
        {
            admitted.Remove(updateId);
        }
    }

    /// <summary>Removes an accepted update, which is in history from now on.</summary>
    public void Accepted(string updateId) => admitted.Remove(updateId);

    public void Rejected(string updateId, Temporalio.Api.Failure.V1.Failure failure)
    {
        if (admitted.Remove(updateId, out var update))
        {
            update.Outcome = new Outcome { Failure = failure };
        }
    }

    /// <summary>Returns the updates that were sent, but neither accepted nor rejected.</summary>
    public IReadOnlyList<AdmittedUpdate> Unprocessed() => [.. admitted.Values.Where(update => update.IsSent)];

    /// <summary>Aborts an update because its workflow task failed; its callers get an error.</summary>
    public void Abort(string updateId)
    {
        if (admitted.Remove(updateId, out var update))
        {
            update.Abort = UpdateAbort.TaskFailed;
        }
    }

    /// <summary>Aborts all updates because the run closed.</summary>
    /// <param name="continues">Whether a successor run exists, to which the callers retry.</param>
    public void Abort(bool continues)
    {
        foreach (var update in admitted.Values)
        {
            update.Abort = continues ? UpdateAbort.Continuing : UpdateAbort.Completed;
        }

        admitted.Clear();
    }
}
