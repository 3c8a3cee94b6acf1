using Grpc.Core;

namespace EmbeddedTemporal.Common;

/// <summary>A call's deadline, cancellation and headers.</summary>
/// <param name="Deadline">The call's deadline (UTC wall time).</param>
/// <param name="Cancellation">Cancelled when the client cancels or disconnects.</param>
internal sealed record CallContext(DateTime Deadline, CancellationToken Cancellation)
{
    /// <summary>How long before the caller's deadline a long poll ends, so that its response arrives in time.</summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>Gets the gRPC call, null for a call within the process. Its headers are read on demand, because parsing them costs more than many calls.</summary>
    public ServerCallContext? Caller { get; init; }

    /// <summary>
    /// Gets a value indicating whether the caller is an SDK. A worker that rereads a history also gets the events of its workflow task that are not yet
    /// persisted; the CLI and the Web UI get persisted events only.
    /// </summary>
    public bool IsSdk => Caller?.RequestHeaders.GetValue("client-name") is not (null or "" or "temporal-cli" or "temporal-ui");

    /// <summary>Gets the time left until the deadline.</summary>
    public TimeSpan Left => Between(Deadline - DateTime.UtcNow, Longest);

    /// <summary>Returns how long a long poll may wait so that an empty response still arrives before the caller's deadline.</summary>
    public TimeSpan LongPoll(TimeSpan atMost) => Between(Left - AnswerMargin, atMost);

    private static TimeSpan Between(TimeSpan wait, TimeSpan atMost) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait < atMost ? wait : atMost;
}
