using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Worker;

/// <summary>
/// Sets the namespace up as <c>temporal-dev.yaml</c> requires before the first workflow runs: creates the namespace and the search attributes that are
/// missing, and changes no existing ones. A worker without the permission (a hosted Temporal) logs a warning and continues: an operator must have done
/// the setup.
/// </summary>
internal sealed partial class TemporalNamespaceSetup(ITemporalClient client, ILogger<TemporalNamespaceSetup> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var wanted = TemporalNamespaceFile.Load(TemporalNamespaceFile.DefaultPath);
        try
        {
            await EnsureNamespaceAsync(wanted, cancellationToken);
            await EnsureSearchAttributesAsync(wanted, cancellationToken);
        }
        catch (RpcException error) when (error.Code is RpcException.StatusCode.PermissionDenied or RpcException.StatusCode.Unimplemented)
        {
            LogNotAllowed(client.Options.Namespace, error.Message);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureNamespaceAsync(TemporalNamespaceFile wanted, CancellationToken cancellationToken)
    {
        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        try
        {
            await client.WorkflowService.DescribeNamespaceAsync(new() { Namespace = client.Options.Namespace }, rpc);
        }
        catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound)
        {
            await client.WorkflowService.RegisterNamespaceAsync(
                new RegisterNamespaceRequest
                {
                    Namespace = client.Options.Namespace,
                    WorkflowExecutionRetentionPeriod = Duration.FromTimeSpan(wanted.Retention),
                },
                rpc);
            LogNamespaceCreated(client.Options.Namespace);
        }
    }

    private async Task EnsureSearchAttributesAsync(TemporalNamespaceFile wanted, CancellationToken cancellationToken)
    {
        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        var present = await client.OperatorService.ListSearchAttributesAsync(new() { Namespace = client.Options.Namespace }, rpc);
        foreach (var (name, type) in wanted.SearchAttributes)
        {
            if (present.CustomAttributes.TryGetValue(name, out var found) && found != type)
            {
                throw new InvalidOperationException(
                    $"search attribute {name} of namespace {client.Options.Namespace} is a {found}, but orders need a {type}");
            }
        }

        var missing = wanted.SearchAttributes.Where(pair => !present.CustomAttributes.ContainsKey(pair.Key)).ToDictionary();
        if (missing.Count > 0)
        {
            await client.OperatorService.AddSearchAttributesAsync(
                new AddSearchAttributesRequest { Namespace = client.Options.Namespace, SearchAttributes = { missing } }, rpc);
            LogSearchAttributesAdded(client.Options.Namespace, string.Join(", ", missing.Keys));
        }
    }

    [LoggerMessage(LogLevel.Information, "namespace {Namespace} created")]
    private partial void LogNamespaceCreated(string @namespace);

    [LoggerMessage(LogLevel.Information, "search attributes added to namespace {Namespace}: {Names}")]
    private partial void LogSearchAttributesAdded(string @namespace, string names);

    [LoggerMessage(LogLevel.Warning, "namespace {Namespace} is not ours to set up ({Reason}); temporal-dev.yaml must have been applied by an operator")]
    private partial void LogNotAllowed(string @namespace, string reason);
}
