using Moq;
using OrderOrchestration.Activities.Orders;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Exceptions;
using Temporalio.Testing;

namespace OrderOrchestration.Tests.Unit.Activities;

/// <summary>Activities in the SDK's <see cref="ActivityEnvironment"/>, with their teams and their store mocked.</summary>
internal abstract class ActivityFixture
{
    protected const string OrderId = "o-1";

    protected MockedTeam Team { get; private set; } = null!;

    protected Mock<IOrderStore> Store { get; private set; } = null!;

    protected OrderRecords Records => new(Store.Object);

    protected ActivityEnvironment Environment { get; private set; } = null!;

    /// <summary>A record that a step carries.</summary>
    protected static OrderRecord Record { get; } = new(Snapshots.New(OrderId), [], []);

    [SetUp]
    public void Start()
    {
        Team = new MockedTeam();
        Store = new Mock<IOrderStore>(MockBehavior.Strict);
        Store.Setup(store => store.WriteAsync(It.IsAny<OrderRecord>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(RecordOutcome.Written);
        Environment = new ActivityEnvironment();
    }

    [TearDown]
    public void Stop() => Team.Dispose();

    protected Task<T> RunAsync<T>(Func<Task<T>> activity) => Environment.RunAsync(activity);

    /// <summary>The failure that would be reported to Temporal.</summary>
    protected async Task<ApplicationFailureException> FailureOfAsync<T>(Func<Task<T>> activity) =>
        (await Assert.ThrowsAsync<ApplicationFailureException>(async () => await Environment.RunAsync(activity)))!;
}
