namespace OrderOrchestration.Workflows.State;

/// <summary>What an order waits for the clock to do.</summary>
public enum DeadlineKind
{
    PaymentTimeout,
    ReservationExpiryNotice,
    ReservationExpiry,
    AutoConfirm,
    RefundCheck,
    ReturnWindowEnd,
}

/// <summary>A moment at which the order goes on by itself.</summary>
public sealed record Deadline(DeadlineKind Kind, DateTimeOffset At)
{
    /// <summary>The timer's summary in the Temporal Web UI.</summary>
    public string Summary => Kind switch
    {
        DeadlineKind.PaymentTimeout => "until the payment attempt times out",
        DeadlineKind.ReservationExpiryNotice => "until the customer is told that the reservation runs out",
        DeadlineKind.ReservationExpiry => "until the stock reservation runs out",
        DeadlineKind.AutoConfirm => "until the purchase confirms itself",
        DeadlineKind.RefundCheck => "until the payment team is asked about the refund",
        _ => "until goods may go back no more",
    };
}

/// <summary>The order's clock.</summary>
public sealed partial record OrderState
{
    /// <summary>The earliest deadline: an order keeps one timer at a time.</summary>
    public Deadline? NextDeadline => Deadlines().MinBy(deadline => deadline.At);

    private IEnumerable<Deadline> Deadlines()
    {
        if (HasEnded)
        {
            yield break;
        }

        if (RefundOnItsWay is { Asked: { } asked })
        {
            yield return new Deadline(DeadlineKind.RefundCheck, asked.AskAgainAt);
        }

        var isAboutAReturn = HasOpenRefund || HasOpenExchange;
        if (CompletedAt is not null && !isAboutAReturn)
        {
            yield return new Deadline(DeadlineKind.ReturnWindowEnd, ReturnableUntil!.Value);
        }

        if (OpenAttempt?.Deadline is { } timeout)
        {
            yield return new Deadline(DeadlineKind.PaymentTimeout, timeout);
        }

        if (Reservation is { } reservation && !IsPaid)
        {
            yield return reservation.NoticeGiven || Policies.ReservationExpiryNotice >= Policies.ReservationTtl
                ? new Deadline(DeadlineKind.ReservationExpiry, reservation.ExpiresAt)
                : new Deadline(DeadlineKind.ReservationExpiryNotice, reservation.ExpiresAt - Policies.ReservationExpiryNotice);
        }

        if (AutoConfirmAt is { } confirm && !isAboutAReturn)
        {
            yield return new Deadline(DeadlineKind.AutoConfirm, confirm);
        }
    }
}
