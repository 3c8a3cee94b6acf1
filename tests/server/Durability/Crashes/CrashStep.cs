using CsCheck;

namespace OrderOrchestration.Tests.Server.Durability.Crashes;

/// <summary>What can be done to the world.</summary>
internal enum Deed
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

/// <summary>One step of a random story.</summary>
/// <param name="Deed">What is done.</param>
/// <param name="Workflow">To which of the few workflow ids.</param>
/// <param name="Number">How: after how many commits the power fails, how many commands a task is answered with.</param>
internal sealed record CrashStep(Deed Deed, int Workflow, int Number)
{
    public const int Workflows = 2;

    /// <summary>Gets stories in which things are begun more often than ended, and the power fails now and then.</summary>
    public static Gen<List<CrashStep>> Stories { get; } = Gen.Select(
        Gen.Frequency(
            (6, Gen.OneOf(Deed.Start, Deed.SignalWithStart)),
            (10, Gen.OneOf(Deed.Signal, Deed.Update)),
            (16, Gen.OneOf(Deed.Pass, Deed.StartTimer, Deed.ScheduleActivity, Deed.StartChild)),
            (6, Gen.OneOf(Deed.CompleteActivity, Deed.FailActivity)),
            (5, Gen.OneOf(Deed.ContinueAsNew, Deed.Complete, Deed.FailTask, Deed.Cancel, Deed.Terminate, Deed.Reset)),
            (2, Gen.OneOf(Deed.PauseSchedule, Deed.TriggerSchedule)),
            (5, Gen.OneOf(Deed.CrashSoon, Deed.CrashSoon, Deed.CrashSoon, Deed.Restart))),
        Gen.Int[0, Workflows - 1],
        Gen.Int[0, 5],
        (deed, workflow, number) => new CrashStep(deed, workflow, number)).List[4, 40];

    public override string ToString() => $"{Deed}({Workflow},{Number})";
}
