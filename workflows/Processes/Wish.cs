using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.Processes;

/// <summary>What a person asked for: it waits its turn, and its update waits for the answer.</summary>
internal sealed class Wish(object command)
{
    public object Command { get; } = command;

    public bool IsAnswered { get; private set; }

    /// <summary>Why it was not granted.</summary>
    public Refusal? Refusal { get; private set; }

    public void Answer(Refusal? refusal)
    {
        Refusal = refusal;
        IsAnswered = true;
    }
}

/// <summary>The customer's wish to give up the open payment attempt.</summary>
internal sealed record CancelPaymentCommand;

/// <summary>The customer's wish to keep the goods (구매 확정).</summary>
internal sealed record ConfirmCommand;
