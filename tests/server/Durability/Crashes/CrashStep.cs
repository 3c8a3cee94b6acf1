using CsCheck;

namespace OrderOrchestration.Tests.Server.Durability.Crashes;

/// <summary>What can be done to the harness.</summary>
internal enum CrashAction
{
    Start,
    Signal,
    SignalWithStart,
    Update,
    Cancel,
    Terminate,
    Reset,
    Pass,
    StartTimer,
    ScheduleActivity,
    StartChild,
    ContinueAsNew,
    Complete,
    FailTask,
    CompleteActivity,
    FailActivity,
    PauseSchedule,
    TriggerSchedule,
    Restart,
    CrashSoon,
}

/// <summary>One step of a random scenario.</summary>
/// <param name="CrashAction">What is done.</param>
/// <param name="Workflow">To which of the few workflow ids.</param>
/// <param name="Number">How: after how many commits the power fails, how many commands a task is answered with.</param>
internal sealed record CrashStep(CrashAction CrashAction, int Workflow, int Number)
{
    public const int Workflows = 2;

    /// <summary>Gets stories in which things are begun more often than ended, and the power fails now and then.</summary>
    public static Gen<List<CrashStep>> Stories { get; } = Gen.Select(
        Gen.Frequency(
            (6, Gen.OneOf(CrashAction.Start, CrashAction.SignalWithStart)),
            (10, Gen.OneOf(CrashAction.Signal, CrashAction.Update)),
            (16, Gen.OneOf(CrashAction.Pass, CrashAction.StartTimer, CrashAction.ScheduleActivity, CrashAction.StartChild)),
            (6, Gen.OneOf(CrashAction.CompleteActivity, CrashAction.FailActivity)),
            (5, Gen.OneOf(CrashAction.ContinueAsNew, CrashAction.Complete, CrashAction.FailTask, CrashAction.Cancel, CrashAction.Terminate, CrashAction.Reset)),
            (2, Gen.OneOf(CrashAction.PauseSchedule, CrashAction.TriggerSchedule)),
            (5, Gen.OneOf(CrashAction.CrashSoon, CrashAction.CrashSoon, CrashAction.CrashSoon, CrashAction.Restart))),
        Gen.Int[0, Workflows - 1],
        Gen.Int[0, 5],
        (action, workflow, number) => new CrashStep(action, workflow, number)).List[4, 40];

    public override string ToString() => $"{CrashAction}({Workflow},{Number})";
}
