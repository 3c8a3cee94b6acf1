using OrderOrchestration.Workflows.Messages;
using Temporalio.Testing;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>The Temporal server that the workflows are tested against: one per fixture, with time that can be skipped.</summary>
internal static class TemporalTestServer
{
    /// <summary>Names a program that speaks as the SDK's time-skipping test server, in place of the one the SDK would download.</summary>
    public const string ProgramVariable = "ORDER_TESTS_TEMPORAL_SERVER";

    public static Task<WorkflowEnvironment> StartAsync() =>
        WorkflowEnvironment.StartTimeSkippingAsync(new WorkflowEnvironmentStartTimeSkippingOptions
        {
            DataConverter = OrderJson.DataConverter,
            TestServer = new TestServerOptions { ExistingPath = Environment.GetEnvironmentVariable(ProgramVariable), StartupTimeout = TimeSpan.FromSeconds(30) },
        });
}
