namespace OrderOrchestration.Partners.Options;

/// <summary>How one event is delivered: tried until the receiver answers 2xx, with doubling pauses, a bounded number of times.</summary>
/// <param name="Attempts">After so many tries the event counts as undelivered; it can still be sent again by hand.</param>
/// <param name="FirstPause">The pause after the first failure; each further one is twice as long.</param>
/// <param name="LongestPause">The longest pause.</param>
/// <param name="AnswerWithin">How long the receiver may take to answer one try.</param>
public sealed record WebhookRetryPolicy(int Attempts, TimeSpan FirstPause, TimeSpan LongestPause, TimeSpan AnswerWithin)
{
    /// <summary>20 tries over about seven minutes: an order API that restarts misses nothing.</summary>
    public WebhookRetryPolicy()
        : this(20, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10))
    {
    }

    internal TimeSpan PauseAfter(int attempt)
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(attempt - 1, 30));
        return doubled < LongestPause ? doubled : LongestPause;
    }
}
