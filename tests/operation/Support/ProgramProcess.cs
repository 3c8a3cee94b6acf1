namespace OrderOrchestration.Tests.Operation.Support;

/// <summary>The two programs as they are deployed, each in a process of its own.</summary>
internal static class ProgramProcess
{
    public static ChildProcess Worker(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        ChildProcess.Start(typeof(Worker.OrderWorker).Assembly.Location, environment, arguments);

    public static ChildProcess Api(IReadOnlyDictionary<string, string?> environment) =>
        ChildProcess.Start(typeof(OrderOrchestration.Api.OrderApi).Assembly.Location, environment);
}
