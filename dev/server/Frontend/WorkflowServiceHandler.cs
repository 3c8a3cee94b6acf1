using EmbeddedTemporal.Batch;
using EmbeddedTemporal.Frontend.Transport;
using EmbeddedTemporal.Handlers;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.Commands;
using EmbeddedTemporal.Namespaces;
using EmbeddedTemporal.Validation;
using EmbeddedTemporal.Visibility;

namespace EmbeddedTemporal.Frontend;

/// <summary>
/// The methods of <c>temporal.api.workflowservice.v1.WorkflowService</c>, grouped by topic in the partial files.
/// Each method has the name of its rpc, by which <see cref="ServiceBinder"/> binds it.
/// </summary>
internal sealed partial class WorkflowServiceHandler
{
    private readonly HistoryEngine engine;
    private readonly NamespaceRegistry namespaces;
    private readonly IVisibilityStore visibility;
    private readonly ISearchAttributeRegistry searchAttributes;
    private readonly RequestValidation validation;
    private readonly WorkflowTaskHandler workflowTasks;
    private readonly ActivityTaskHandler activityTasks;
    private readonly QueryHandler queries;
    private readonly UpdateHandler updates;

    public WorkflowServiceHandler(HistoryEngine engine, NamespaceRegistry namespaces, IVisibilityStore visibility, ISearchAttributeRegistry searchAttributes)
    {
        var commandValidation = new CommandValidation(name => namespaces.Require(name), searchAttributes.Validate);
        this.engine = engine;
        this.namespaces = namespaces;
        this.visibility = visibility;
        this.searchAttributes = searchAttributes;
        validation = new RequestValidation(namespaces, engine.Limits, commandValidation.ValidateSearchAttributes);
        workflowTasks = new WorkflowTaskHandler(engine, commandValidation);
        activityTasks = new ActivityTaskHandler(engine);
        queries = new QueryHandler(engine);
        updates = new UpdateHandler(engine);
        batch = new BatchOperations(engine, new BatchSteps(engine, this).RunAsync, FindAll);
    }
}
