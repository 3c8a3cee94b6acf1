using Grpc.Core;

namespace EmbeddedTemporal.Common;

/// <summary>What a handler knows of its caller.</summary>
/// <param name="Deadline">When the caller gives up (UTC wall time).</param>
/// <param name="Cancellation">Cancelled when the caller has gone.</param>
internal sealed record CallContext(DateTime Deadline, CancellationToken Cancellation)
{
    /// <summary>How long before the caller's deadline a long poll ends, so that its answer still arrives.</summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>Gets the call as gRPC sees it, null for one from within the process. Its headers are read by those who ask: to take them apart costs more than many a call.</summary>
    public ServerCallContext? Caller { get; init; }

    /// <summary>
    /// Gets a value indicating whether the caller is an SDK: to a worker that reads a history again, the events of the task that it holds belong to it
    /// even while they are not written. The command line and the Web UI are shown what is written.
    /// </summary>
    public bool IsSdk => Caller?.RequestHeaders.GetValue("client-name") is not (null or "" or "temporal-cli" or "temporal-ui");

    /// <summary>Gets how long the caller still waits.</summary>
    public TimeSpan Left => Between(Deadline - DateTime.UtcNow, Longest);

    /// <summary>Answers how long a call may wait that then has an answer in any case, and gives it while the caller still listens.</summary>
    public TimeSpan LongPoll(TimeSpan atMost) => Between(Left - AnswerMargin, atMost);

    private static TimeSpan Between(TimeSpan wait, TimeSpan atMost) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait < atMost ? wait : atMost;
}
