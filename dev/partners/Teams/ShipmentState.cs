namespace OrderOrchestration.Partners.Teams;

/// <summary>The status of a shipment.</summary>
public enum ShipmentState
{
    /// <summary>배송 요청: nothing done yet.</summary>
    Requested,

    /// <summary>출고 시작: being picked and packed; can still be stopped.</summary>
    DispatchStarted,

    /// <summary>출고 완료: with the carrier; can no longer be stopped.</summary>
    Dispatched,

    /// <summary>배송 중.</summary>
    Shipping,

    /// <summary>배송 완료.</summary>
    Delivered,

    /// <summary>Failed as often as it is tried; waits to be called back.</summary>
    Undelivered,

    /// <summary>On its way back.</summary>
    Returning,

    /// <summary>반송 완료.</summary>
    Returned,

    /// <summary>Stopped before dispatch.</summary>
    Cancelled,
}
