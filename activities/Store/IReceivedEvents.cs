namespace OrderOrchestration.Activities.Store;

/// <summary>
/// The other teams' events that were handed on. An event is marked after its signal was accepted, never before: a crash between makes the sender
/// repeat it, and the repetition is recognised by Temporal (request id) and by the order (source and id).
/// </summary>
public interface IReceivedEvents
{
    Task<bool> IsKnownAsync(string source, string eventId, CancellationToken cancellationToken);

    Task MarkAsync(string source, string eventId, CancellationToken cancellationToken);
}
