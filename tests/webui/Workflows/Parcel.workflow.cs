using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.WebUi.Workflows;

/// <summary>A workflow with one of everything that the Web UI shows or does: details, a query, a signal, an update, a timer.</summary>
[Workflow]
public sealed class Parcel
{
    private readonly List<Note> notes = [];
    private string address = "Seoul";
    private bool closed;

    /// <summary>What the signal carries; its JSON is typed into the dialog.</summary>
    public sealed record Note(string Author, string Text);

    /// <summary>What the query answers.</summary>
    public sealed record State(string Address, IReadOnlyList<Note> Notes);

    [WorkflowRun]
    public async Task<string> RunAsync(string name)
    {
        Workflow.CurrentDetails = $"## {name}\n\nOn its way to **{address}**, with *no* notes";
        await Workflow.WaitConditionAsync(() => closed);
        return $"{name} delivered to {address}";
    }

    [WorkflowQuery]
    public State Whereabouts() => new(address, notes);

    [WorkflowSignal(Description = "Adds a note")]
    public Task AddNoteAsync(Note note)
    {
        notes.Add(note);
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public Task DeliverAsync()
    {
        closed = true;
        return Task.CompletedTask;
    }

    [WorkflowUpdate]
    public Task<string> RedirectAsync(string to)
    {
        address = to;
        return Task.FromResult($"now to {to}");
    }

    [WorkflowUpdateValidator(nameof(RedirectAsync))]
    public void ValidateRedirect(string to)
    {
        if (to.Length == 0)
        {
            throw new ApplicationFailureException("a parcel needs an address");
        }
    }
}
