using Temporalio.Api.Update.V1;

namespace EmbeddedTemporal.History.Updates;

/// <summary>
/// How far the updates are that were admitted and that the workflow has not accepted, and who waits for them. The run's state says which they
/// are. Used only inside the run's transactions.
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

    /// <summary>Gets a value indicating whether an update waits for a workflow task that carries it.</summary>
    public bool HasUnsent => admitted.Values.Any(update => !update.IsSent);

    public int Count => admitted.Count;

    public AdmittedUpdate? Find(string updateId) => admitted.GetValueOrDefault(updateId);

    public AdmittedUpdate Admit(Request request)
    {
        var update = new AdmittedUpdate(request);
        admitted[update.UpdateId] = update;
        return update;
    }

    /// <summary>Answers the updates that a workflow task is to carry, in the order of admission.</summary>
    /// <param name="answered">Those that the transaction at hand has answered.</param>
    /// <param name="again">Whether those are carried too that an earlier task carried.</param>
    public IReadOnlyList<AdmittedUpdate> Send(IReadOnlySet<string> answered, bool again)
    {
        var sent = admitted.Values.Where(update => !answered.Contains(update.UpdateId) && (again || !update.IsSent)).ToList();
        sent.ForEach(update => update.IsSent = true);
        return sent;
    }

    /// <summary>The task that carried them has failed: they go out again.</summary>
    public void Unsend()
    {
        foreach (var update in admitted.Values)
        {
            update.IsSent = false;
        }
    }

    /// <summary>A transaction came to nothing: forgets what only it had admitted.</summary>
    public void KeepOnly(IReadOnlyDictionary<string, Request> known)
    {
        foreach (var updateId in admitted.Keys.Where(updateId => !known.ContainsKey(updateId)).ToList())
        {
            admitted.Remove(updateId);
        }
    }

    /// <summary>The workflow accepted it: from here on history knows.</summary>
    public void Accepted(string updateId) => admitted.Remove(updateId);

    public void Rejected(string updateId, Temporalio.Api.Failure.V1.Failure failure)
    {
        if (admitted.Remove(updateId, out var update))
        {
            update.Outcome = new Outcome { Failure = failure };
        }
    }

    /// <summary>Answers the updates that went out and came back with neither acceptance nor rejection.</summary>
    public IReadOnlyList<AdmittedUpdate> Unprocessed() => [.. admitted.Values.Where(update => update.IsSent)];

    /// <summary>What carried it failed for good: its callers are told.</summary>
    public void Abort(string updateId)
    {
        if (admitted.Remove(updateId, out var update))
        {
            update.Abort = UpdateAbort.TaskFailed;
        }
    }

    /// <summary>The run closed.</summary>
    /// <param name="continues">Whether another run goes on in its place, which the caller should ask instead.</param>
    public void Abort(bool continues)
    {
        foreach (var update in admitted.Values)
        {
            update.Abort = continues ? UpdateAbort.Continuing : UpdateAbort.Completed;
        }

        admitted.Clear();
    }
}
