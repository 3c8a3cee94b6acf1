namespace OrderOrchestration.Partners.Teams;

/// <summary>The status of a shipment.</summary>
public enum ShipmentState
{
    /// <summary>배송 요청: requested, not started.</summary>
    Requested,

    /// <summary>출고 시작: being picked and packed; can still be cancelled.</summary>
    DispatchStarted,

    /// <summary>출고 완료: handed over to the carrier; can no longer be cancelled.</summary>
    Dispatched,

    /// <summary>배송 중.</summary>
    Shipping,

    /// <summary>배송 완료.</summary>
    Delivered,

    /// <summary>All delivery attempts failed; waits for a recall.</summary>
    Undelivered,

    /// <summary>On its way back to the sender.</summary>
    Returning,

    /// <summary>반송 완료.</summary>
    Returned,

    /// <summary>Cancelled before dispatch.</summary>
    Cancelled,
}
