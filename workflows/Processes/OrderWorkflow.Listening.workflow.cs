using Microsoft.Extensions.Logging;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Processes;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>How an order listens: one message at a time, be it a person's wish, another team's event or the clock.</summary>
public sealed partial class OrderWorkflow
{
    private readonly Queue<object> inbox = new();
    private readonly Alarm alarm = new();
    private readonly HashSet<(string Source, string Id)> heard = [];
    private bool cancellationHeard;

    /// <summary>Handles what comes until the order is there, or nothing of it is left.</summary>
    private async Task UntilAsync(Func<bool> isThere)
    {
        while (!isThere() && !state.HasEnded)
        {
            await HandleAsync(await NextAsync());
        }
    }

    private async Task<object> NextAsync()
    {
        alarm.Set(state.NextDeadline);
        try
        {
            // Conditions are looked at again only when something wakes the workflow; its cancellation alone does so through its token.
            var token = cancellationHeard ? CancellationToken.None : Workflow.CancellationToken;
            await Workflow.WaitConditionAsync(() => inbox.Count > 0 || alarm.Rang is not null || IsCancellationUnheard, token);
        }
        catch (OperationCanceledException) when (IsCancellationUnheard)
        {
            // Heard below, in its turn.
        }

        if (inbox.TryDequeue(out var message))
        {
            return message;
        }

        if (alarm.Rang is { } deadline)
        {
            alarm.Set(null);
            return deadline;
        }

        // Whoever cancels the workflow in Temporal wants the order cancelled: with everything undone, as for anybody else.
        cancellationHeard = true;
        return new Wish(new CancelCommand("the workflow was cancelled in Temporal", "operator:temporal"));
    }

    private bool IsCancellationUnheard => Workflow.CancellationToken.IsCancellationRequested && !cancellationHeard;

    private async Task HandleAsync(object message)
    {
        stepTaken = false;
        switch (message)
        {
            case PartnerEvent published:
                await OrElseUndoAsync(() => HearAsync(published));
                await RecordWhatWasHeardAsync();
                break;
            case Deadline deadline:
                await OrElseUndoAsync(() => MeetAsync(deadline));
                await RecordAsync();
                break;
            case Wish wish:
                Refusal? refusal = null;
                await OrElseUndoAsync(async () => refusal = await GrantAsync(wish));
                await RecordAsync();
                wish.Answer(refusal);
                break;
        }
    }

    private Task<Refusal?> GrantAsync(Wish wish) => wish.Command switch
    {
        PayCommand pay => PayAgainAsync(pay),
        Processes.CancelPaymentCommand => GiveUpPaymentAsync(),
        CancelCommand cancel => CancelOnWishAsync(cancel),
        ClaimCommand claim => ClaimOnWishAsync(claim),
        ShippingAddress shipTo => RedirectAsync(shipTo),
        Processes.ConfirmCommand => ConfirmOnWishAsync(),
        RefundCommand refund => RefundOnWishAsync(refund, wish),
        RefundDecision decision => DecideRefundAsync(decision, wish),
        ExchangeCommand exchange => ExchangeOnWishAsync(exchange, wish),
        _ => throw new InvalidOperationException($"no process grants {wish.Command.GetType().Name}"),
    };

    private Task MeetAsync(Deadline deadline) => deadline.Kind switch
    {
        DeadlineKind.PaymentTimeout => TimeOutPaymentAsync(),
        DeadlineKind.ReservationExpiryNotice => WarnOfExpiryAsync(),
        DeadlineKind.ReservationExpiry => ExpireAsync(),
        DeadlineKind.AutoConfirm => CompleteAsync("auto"),
        DeadlineKind.RefundCheck => CheckRefundAsync(),
        _ => Task.CompletedTask,
    };

    private Task HearAsync(PartnerEvent published)
    {
        if (!heard.Add((published.Source, published.Id)))
        {
            return Task.CompletedTask;
        }

        if (!EventCatalogue.Admits(published.Source, published.Type))
        {
            Ignore(published, "its source does not own this type of event");
            return Task.CompletedTask;
        }

        return EventTypes.SourceOf(published.Type) switch
        {
            "/teams/payment" => HearPaymentAsync(published),
            "/teams/logistics" => HearLogisticsAsync(published),
            "/teams/product" => HearProductAsync(published),
            _ => Note(published),
        };
    }

    private Task Note(PartnerEvent published)
    {
        journal.Add(OrderTimeline.Published(state.OrderId, published));
        return Task.CompletedTask;
    }

    private void Ignore(PartnerEvent published, string why)
    {
        Workflow.Logger.LogInformation("Order {OrderId} ignores {EventType}: {Why}", state.OrderId, published.Type, why);
        journal.Add(OrderTimeline.Ignored(state.OrderId, published, why));
    }

    private async Task<OrderView> AskAsync(object command)
    {
        var wish = new Wish(command);
        inbox.Enqueue(wish);
        await Workflow.WaitConditionAsync(() => wish.IsAnswered, CancellationToken.None);
        return Answer(wish.Refusal);
    }

    private OrderView Answer(Refusal? refusal)
    {
        Admit(refusal);
        return View();
    }

    /// <summary>Nothing is admitted any more: whoever came too late is told why, and late events still show on the order's timeline.</summary>
    private async Task AnswerWhatIsLeftAsync()
    {
        alarm.Set(null);
        do
        {
            stepTaken = false;
            while (inbox.TryDequeue(out var message))
            {
                switch (message)
                {
                    case Wish wish:
                        wish.Answer(await GrantAsync(wish));
                        break;
                    case PartnerEvent published:
                        await HearAsync(published);
                        break;
                }
            }

            await RecordWhatWasHeardAsync();
        }
        while (inbox.Count > 0);
    }
}
