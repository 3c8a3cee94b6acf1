using System.Text.Json;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>
/// Publishes the teams' events to the order API: signed, in order per team and subject, tried again until answered 2xx or given up, and
/// disturbed by whatever <see cref="FaultSet"/> says.
/// </summary>
public sealed class WebhookOutbox : IAsyncDisposable
{
    private readonly Dictionary<(Team Team, string Subject), WebhookLane> lanes = [];
    private readonly Dictionary<string, Delivery> deliveries = new(StringComparer.Ordinal);
    private readonly List<string> published = [];
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
        foreach (var delivery in state.Load<Delivery>(Kinds.Event))
        {
            deliveries.Add(delivery.Event.Id, delivery);
            published.Add(delivery.Event.Id);
        }
    }

    /// <summary>The secret that signs a team's events.</summary>
    public string SecretOf(Team team) => sender.SecretOf(team);

    /// <summary>What was published so far, oldest first; about one subject if <paramref name="subject"/> is given.</summary>
    public IReadOnlyList<Delivery> Deliveries(string? subject = null)
    {
        using (state.Enter())
        {
            return [.. published.Select(id => deliveries[id]).Where(d => subject is null || d.Event.Subject == subject)];
        }
    }

    /// <summary>Publishes an event. It leaves once the caller's turn is over and what caused it is kept.</summary>
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
            Put(new Delivery(message, team, DeliveryState.Pending, 0, null));
            published.Add(message.Id);
            Enqueue(team, subject, message.Id);
        }

        return message;
    }

    /// <summary>Sends an event once more under its own id, whatever became of it: a repetition the receiver must see through.</summary>
    /// <returns>False when no such event was published.</returns>
    public bool SendAgain(string eventId)
    {
        using (state.Enter())
        {
            if (!deliveries.TryGetValue(eventId, out var delivery))
            {
                return false;
            }

            Put(delivery with { State = DeliveryState.Pending });
            Enqueue(delivery.Team, delivery.Event.Subject, eventId);
            return true;
        }
    }

    /// <summary>Stops delivering. What was not delivered stays pending in the state file, if there is one.</summary>
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

    /// <summary>Takes up the events that an earlier server left undelivered, under their own ids and in their order.</summary>
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

    private void Put(Delivery delivery)
    {
        deliveries[delivery.Event.Id] = delivery;
        state.Keep(Kinds.Event, delivery.Event.Id, delivery);
    }

    private void Enqueue(Team team, string subject, string eventId)
    {
        outstanding.Begin();
        var isNew = !lanes.TryGetValue((team, subject), out var lane);
        lane ??= lanes[(team, subject)] = new WebhookLane();
        lane.Add(new Queued(eventId));
        if (isNew)
        {
            var run = Task.Run(() => DrainAsync((team, subject), lane));
            running.Add(run);
            run.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Forget(Task run)
    {
        if (run.Exception is { } exception)
        {
            logger.LogError(exception, "events can no longer be delivered: this is an error of the program");
        }

        using (state.Enter())
        {
            running.Remove(run);
        }
    }

    private async Task DrainAsync((Team Team, string Subject) key, WebhookLane lane)
    {
        while (TakeNext(key, lane) is { } next)
        {
            try
            {
                await DeliverAsync(lane, next);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private Queued? TakeNext((Team Team, string Subject) key, WebhookLane lane)
    {
        using (state.Enter())
        {
            if (!lane.IsEmpty)
            {
                return lane.TakeFirst();
            }

            lanes.Remove(key);
            return null;
        }
    }

    private async Task DeliverAsync(WebhookLane lane, Queued queued)
    {
        var id = queued.EventId;
        var delivery = DeliveryOf(id);
        var disturbance = queued.Disturbance ?? faults.ForWebhook(delivery.Team, delivery.Event.Type);
        await PauseAsync(disturbance.Delay);
        if (disturbance.BehindNext && await SwapWithNextAsync(lane, queued with { Disturbance = disturbance.OnceOvertaken() }))
        {
            return;
        }

        var delivered = await TryAsync(delivery, disturbance.DroppedTries);
        for (var repetition = 0; delivered && repetition < disturbance.Repetitions; repetition++)
        {
            await SendOnceAsync(delivery, isDropped: false);
        }

        using (state.Enter())
        {
            Put(deliveries[id] with { State = delivered ? DeliveryState.Delivered : DeliveryState.Undelivered });
        }

        outstanding.End();
    }

    private Delivery DeliveryOf(string eventId)
    {
        using (state.Enter())
        {
            return deliveries[eventId];
        }
    }

    /// <summary>Waits (not for ever) until another event of the lane is there to go first.</summary>
    private async Task<bool> SwapWithNextAsync(WebhookLane lane, Queued queued)
    {
        Task arrival;
        using (state.Enter())
        {
            arrival = lane.Arrival();
        }

        try
        {
            await arrival.WaitAsync(FaultSet.LongestHold, options.TransportTimeProvider, stopping.Token);
        }
        catch (TimeoutException)
        {
            return false; // Nothing came that it could be swapped with.
        }

        using (state.Enter())
        {
            lane.PutSecond(queued);
        }

        return true;
    }

    private async Task<bool> TryAsync(Delivery delivery, int droppedTries)
    {
        var patience = options.WebhookPatience;
        for (var attempt = 1; attempt <= patience.Attempts; attempt++)
        {
            if (await SendOnceAsync(delivery, isDropped: attempt <= droppedTries) is >= 200 and < 300)
            {
                return true;
            }

            if (attempt < patience.Attempts)
            {
                await PauseAsync(patience.PauseAfter(attempt));
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
        var id = delivery.Event.Id;
        using (state.Enter())
        {
            Put(deliveries[id] with { Tries = deliveries[id].Tries + 1, LastStatus = status ?? deliveries[id].LastStatus });
        }

        return status;
    }

    private Task PauseAsync(TimeSpan pause) =>
        pause > TimeSpan.Zero ? Task.Delay(pause, options.TransportTimeProvider, stopping.Token) : Task.CompletedTask;
}
