namespace OrderOrchestration.Tests.Workflows.Crashes;

/// <summary>How the run of an order is cut short.</summary>
internal enum InterruptionKind
{
    /// <summary>Terminated in the Web UI, and resumed from the stored snapshot.</summary>
    Terminated,

    /// <summary>Reset in the Web UI to its last workflow task.</summary>
    Reset,

    /// <summary>Continued as new, because the server says that its history is long.</summary>
    ContinuedAsNew,

    /// <summary>The worker is stopped in the middle of its work, and another one starts.</summary>
    WorkerEnded,
}
