namespace OrderOrchestration.Partners.Options;

/// <summary>Retries of webhook delivery: until the receiver answers 2xx, with exponential backoff and a maximum number of tries.</summary>
/// <param name="Attempts">Maximum number of tries. After it the event is undelivered; it can still be sent again by hand.</param>
/// <param name="FirstPause">The delay after the first failure; it doubles with each further failure.</param>
/// <param name="LongestPause">The maximum delay.</param>
/// <param name="AnswerWithin">Timeout of one request.</param>
public sealed record WebhookRetryPolicy(int Attempts, TimeSpan FirstPause, TimeSpan LongestPause, TimeSpan AnswerWithin)
{
    /// <summary>20 tries over about seven minutes, which covers a restart of the order API.</summary>
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
