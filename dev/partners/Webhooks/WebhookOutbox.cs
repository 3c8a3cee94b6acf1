using System.Text.Json;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Scheduling;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>
/// Publishes the teams' events to the order API: signed, in order per team and subject, retried until answered 2xx or abandoned, with the faults of
/// <see cref="FaultSet"/>.
/// </summary>
public sealed class WebhookOutbox : IAsyncDisposable
{
    private readonly Dictionary<(Team Team, string Subject), SubjectDeliveryQueue> queues = [];
    private readonly PublishedEvents events;
    private readonly HashSet<Task> running = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly WebhookSender sender;
    private readonly PartnersOptions options;
    private readonly TeamsState state;
    private readonly FaultSet faults;
    private readonly OutstandingWork outstanding;
    private readonly Ids ids;
    private readonly ILogger logger;
    private TaskCompletionSource<Uri> target = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal WebhookOutbox(PartnersOptions options, TeamsState state, FaultSet faults, OutstandingWork outstanding, Ids ids, ILogger logger)
    {
        this.options = options;
        this.state = state;
        this.faults = faults;
        this.outstanding = outstanding;
        this.ids = ids;
        this.logger = logger;
        sender = new WebhookSender(options, WebhookSecrets.Of(options, state));
        events = new PublishedEvents(state);
    }

    /// <summary>The secret that signs a team's events.</summary>
    public string SecretOf(Team team) => sender.SecretOf(team);

    /// <summary>The published events, oldest first; about one subject if <paramref name="subject"/> is given.</summary>
    public IReadOnlyList<Delivery> Deliveries(string? subject = null)
    {
        using (state.Enter())
        {
            return [.. events.All.Where(d => subject is null || d.Event.Subject == subject)];
        }
    }

    /// <summary>Publishes an event. It is sent after the caller's state transaction was committed.</summary>
    public CloudEvent Publish(Team team, string type, string subject, object data)
    {
        var message = new CloudEvent(
            ids.Next($"{team.Slug()}-event"),
            team.Source(),
            type,
            subject,
            options.TimeProvider.GetUtcNow(),
            JsonSerializer.SerializeToElement(data, PartnersJson.Options));
        using (state.Enter())
        {
            events.Add(new Delivery(message, team, DeliveryState.Pending, 0, null));
            Enqueue(team, subject, message.Id);
        }

        return message;
    }

    /// <summary>Sends an event again with the same id, in any delivery status. The receiver must recognise it as a duplicate.</summary>
    /// <returns>False if there is no such event.</returns>
    public bool SendAgain(string eventId)
    {
        using (state.Enter())
        {
            if (events.Find(eventId) is { } delivery)
            {
                events.Put(delivery with { State = DeliveryState.Pending });
                Enqueue(delivery.Team, delivery.Event.Subject, eventId);
                return true;
            }
        }

        return false;
    }

    /// <summary>Stops delivering. Undelivered events remain pending in the state file, if there is one.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Task[] last;
        using (state.Enter())
        {
            last = [.. running];
        }

        await Task.WhenAll(last);
        sender.Dispose();
        stopping.Dispose();
    }

    /// <summary>Resumes the pending deliveries of an earlier server, with the same ids and in the same order.</summary>
    internal void Resume()
    {
        using (state.Enter())
        {
            foreach (var delivery in Deliveries().Where(d => d.State == DeliveryState.Pending))
            {
                Enqueue(delivery.Team, delivery.Event.Subject, delivery.Event.Id);
            }
        }
    }

    internal void SetTarget(string orderApiBaseUrl)
    {
        var address = new Uri(orderApiBaseUrl.TrimEnd('/') + "/v1/events", UriKind.Absolute);
        using (state.Enter())
        {
            if (!target.TrySetResult(address))
            {
                target = new TaskCompletionSource<Uri>();
                target.SetResult(address);
            }
        }
    }

    private void Enqueue(Team team, string subject, string eventId)
    {
        outstanding.Begin();
        var isNew = !queues.TryGetValue((team, subject), out var queue);
        queue ??= queues[(team, subject)] = new SubjectDeliveryQueue();
        queue.Add(new Queued(eventId));
        if (isNew)
        {
            var run = Task.Run(() => DrainAsync((team, subject), queue));
            running.Add(run);
            run.ContinueWith(OnDrained, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void OnDrained(Task run)
    {
        if (run.Exception is { } exception)
        {
            logger.LogError(exception, "a delivery queue failed, its events are no longer delivered: this is an error of the program");
        }

        using (state.Enter())
        {
            running.Remove(run);
        }
    }

    private async Task DrainAsync((Team Team, string Subject) key, SubjectDeliveryQueue queue)
    {
        while (TakeNext(key, queue) is { } next)
        {
            try
            {
                await DeliverAsync(queue, next);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private Queued? TakeNext((Team Team, string Subject) key, SubjectDeliveryQueue queue)
    {
        using (state.Enter())
        {
            if (!queue.IsEmpty)
            {
                return queue.TakeFirst();
            }

            queues.Remove(key);
            return null;
        }
    }

    private async Task DeliverAsync(SubjectDeliveryQueue queue, Queued queued)
    {
        var delivery = DeliveryOf(queued.EventId);
        var fault = queued.Fault ?? faults.ForWebhook(delivery.Team, delivery.Event.Type, delivery.Event.Subject);
        await PauseAsync(fault.Delay);
        if (fault.BehindNext && await SwapWithNextAsync(queue, queued with { Fault = fault.OnceOvertaken() }))
        {
            return;
        }

        delivery = ApplyDataChanges(queued.EventId, fault.Data);
        var delivered = !fault.IsLost && await TryAsync(delivery, fault.DroppedTries);
        for (var repetition = 0; delivered && repetition < fault.Repetitions; repetition++)
        {
            await SendOnceAsync(delivery, isDropped: false);
        }

        using (state.Enter())
        {
            events.Put(events[queued.EventId] with { State = delivered ? DeliveryState.Delivered : DeliveryState.Undelivered });
        }

        outstanding.End();
    }

    /// <summary>Applies a fault's changes to the event and stores the changed event, because the receiver gets it in this form.</summary>
    private Delivery ApplyDataChanges(string eventId, IReadOnlyList<JsonChange> changes)
    {
        using (state.Enter())
        {
            var delivery = events[eventId];
            if (changes.Count > 0)
            {
                var data = changes.Aggregate(delivery.Event.Data, (eventData, change) => change.Apply(eventData));
                events.Put(delivery with { Event = delivery.Event with { Data = data } });
            }

            return events[eventId];
        }
    }

    private Delivery DeliveryOf(string eventId)
    {
        using (state.Enter())
        {
            return events[eventId];
        }
    }

    /// <summary>Waits at most <see cref="FaultSet.MaximumReorderDelay"/> for another event of the queue, which is then delivered first.</summary>
    private async Task<bool> SwapWithNextAsync(SubjectDeliveryQueue queue, Queued queued)
    {
        Task arrival;
        using (state.Enter())
        {
            arrival = queue.Arrival();
        }

        try
        {
            await arrival.WaitAsync(FaultSet.MaximumReorderDelay, options.TransportTimeProvider, stopping.Token);
        }
        catch (TimeoutException)
        {
            return false; // No other event arrived in time.
        }

        using (state.Enter())
        {
            queue.PutSecond(queued);
        }

        return true;
    }

    private async Task<bool> TryAsync(Delivery delivery, int droppedTries)
    {
        var policy = options.WebhookRetryPolicy;
        for (var attempt = 1; attempt <= policy.Attempts; attempt++)
        {
            if (await SendOnceAsync(delivery, isDropped: attempt <= droppedTries) is >= 200 and < 300)
            {
                return true;
            }

            if (attempt < policy.Attempts)
            {
                await PauseAsync(policy.PauseAfter(attempt));
            }
        }

        return false;
    }

    private async Task<int?> SendOnceAsync(Delivery delivery, bool isDropped)
    {
        Task<Uri> address;
        using (state.Enter())
        {
            address = target.Task;
        }

        var status = isDropped
            ? null
            : await sender.SendAsync(await address.WaitAsync(stopping.Token), delivery.Team, delivery.Event, stopping.Token);
        using (state.Enter())
        {
            var known = events[delivery.Event.Id];
            events.Put(known with { Tries = known.Tries + 1, LastStatus = status ?? known.LastStatus });
        }

        return status;
    }

    private Task PauseAsync(TimeSpan pause) =>
        pause > TimeSpan.Zero ? Task.Delay(pause, options.TransportTimeProvider, stopping.Token) : Task.CompletedTask;
}
