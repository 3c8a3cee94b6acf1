using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Quoting;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Teams;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Placing;

/// <summary>Reads facts from the teams over HTTP in the API's process.</summary>
internal sealed class OrderFactsSource(
    OrderFactsReader reader, LogisticsClient logistics, PaymentClient payments, IOptions<OrderApiOptions> options, ILogger<OrderFactsSource> logger)
    : IOrderFactsSource
{
    public async Task<OrderFacts?> ReadAsync(OrderRequest request, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Value.FactsTimeout);
        try
        {
            return await reader.ReadAsync(request, timeout.Token);
        }
        catch (PartnerFailureException e)
        {
            logger.LogWarning("{Team} does not answer; the workflow of order {OrderId} will read its facts ({Failure})", e.Team, request.OrderId, e.Message);
            return null;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The teams did not answer in time; the workflow of order {OrderId} will read its facts", request.OrderId);
            return null;
        }
    }

    public Task<ServiceabilityFact?> ServiceabilityAsync(string postalCode, CancellationToken cancellationToken) =>
        TeamTimeout.TryAsync<ServiceabilityFact>(async token => await logistics.GetServiceabilityAsync(postalCode, token), cancellationToken);

    public Task<IdentityVerificationFact?> VerificationAsync(string id, CancellationToken cancellationToken) =>
        TeamTimeout.TryAsync<IdentityVerificationFact>(async token => await payments.GetIdentityVerificationAsync(id, token), cancellationToken);
}
