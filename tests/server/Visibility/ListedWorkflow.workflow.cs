using Temporalio.Common;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Server.Visibility;

/// <summary>Says what it is about while it runs, and ends when told.</summary>
[Workflow]
public class ListedWorkflow
{
    public static readonly SearchAttributeKey<string> City = SearchAttributeKey.CreateKeyword("City");
    public static readonly SearchAttributeKey<long> Payable = SearchAttributeKey.CreateLong("Payable");
    public static readonly SearchAttributeKey<IReadOnlyCollection<string>> Sellers = SearchAttributeKey.CreateKeywordList("Sellers");
    private bool ended;

    [WorkflowRun]
    public async Task RunAsync()
    {
        Workflow.UpsertTypedSearchAttributes(Payable.ValueSet(12_000), Sellers.ValueSet(["s-1", "s-2"]));
        await Workflow.WaitConditionAsync(() => ended);
    }

    [WorkflowUpdate]
    public Task MoveAsync(string? city)
    {
        Workflow.UpsertTypedSearchAttributes(city is null ? City.ValueUnset() : City.ValueSet(city));
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public Task EndAsync()
    {
        ended = true;
        return Task.CompletedTask;
    }
}
