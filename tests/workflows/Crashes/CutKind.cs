namespace OrderOrchestration.Tests.Workflows.Crashes;

/// <summary>How the run of an order ends before its time.</summary>
internal enum CutKind
{
    /// <summary>Terminated in the Web UI, and taken up from the stored snapshot.</summary>
    Terminated,

    /// <summary>Reset in the Web UI to its last workflow task.</summary>
    Reset,

    /// <summary>Continued as new, because the server says that its history is long.</summary>
    ContinuedAsNew,

    /// <summary>The worker ends with all that it does at this moment, and another one starts.</summary>
    WorkerEnded,
}
