namespace OrderOrchestration.Workflows.Rules;

/// <summary>The problems an order can be refused with (contract §1): also the error type of the failed update.</summary>
public static class RefusalSlugs
{
    public const string MinimumOrderAmount = "minimum-order-amount";
    public const string TooManyItems = "too-many-items";
    public const string NotOnSale = "not-on-sale";
    public const string CouponRejected = "coupon-rejected";
    public const string PointsRejected = "points-rejected";
    public const string IdentityVerificationRequired = "identity-verification-required";
    public const string UndeliverableAddress = "undeliverable-address";
    public const string StockShortage = "stock-shortage";
    public const string PaymentInProgress = "payment-in-progress";
    public const string NotPayable = "not-payable";
    public const string NoOpenPayment = "no-open-payment";
    public const string AlreadyShipped = "already-shipped";
    public const string DispatchRefused = "dispatch-refused";
    public const string AlreadyClosed = "already-closed";
    public const string AlreadyDispatched = "already-dispatched";
    public const string NotDelivered = "not-delivered";
    public const string RefundOpen = "refund-open";
    public const string ReturnWindowClosed = "return-window-closed";
    public const string NothingToRefund = "nothing-to-refund";
    public const string UnknownRefund = "unknown-refund";
    public const string RefundAlreadyDecided = "refund-already-decided";
    public const string UnknownLine = "unknown-line";
    public const string UnknownReason = "unknown-reason";
    public const string NotStuck = "not-stuck";
    public const string ActionNotAllowed = "action-not-allowed";

    public const string AddressChangesPrice = "address-changes-price";

    /// <summary>More units than are left (부분 취소): 422.</summary>
    public const string TooManyUnits = "too-many-units";

    /// <summary>The order has had too many returns and exchanges.</summary>
    public const string TooManyReturns = "too-many-returns";

    /// <summary>A command of the same kind is in progress: try again in a moment.</summary>
    public const string OrderBusy = "order-busy";

    /// <summary>The team whose decision is needed does not answer; nothing was changed.</summary>
    public const string TeamUnavailable = "team-unavailable";

    /// <summary>The run was reset and continues from the stored snapshot first. The caller repeats the command.</summary>
    public const string OrderSuperseded = "order-superseded";

    /// <summary>The update was withdrawn, because its caller was answered that it was not handled in time. The same command may be sent again.</summary>
    public const string RequestWithdrawn = "request-withdrawn";

    /// <summary>An unexpected error while the command was handled; nothing was changed.</summary>
    public const string UnexpectedError = "unexpected-error";

    /// <summary>The guest's order was already claimed by a member (hotspot 26).</summary>
    public const string AlreadyClaimed = "already-claimed";
}
