using EmbeddedTemporal.History;
using EmbeddedTemporal.Matching;
using Temporalio.Api.Common.V1;
using Temporalio.Api.TaskQueue.V1;

namespace OrderOrchestration.Tests.Server.Priorities;

/// <summary>The order in which waiting tasks go out.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public class PrioritizedBacklogTests
{
    [Test]
    public void Without_priorities_the_order_of_arrival_counts() =>
        Assert.That(Order(new(true), ("a", null), ("b", null), ("c", null)), Is.EqualTo(["a", "b", "c"]));

    [Test]
    public void A_smaller_key_goes_first_and_none_is_in_the_middle() => Assert.That(
        Order(new(true), ("none", null), ("5", Key(5)), ("1", Key(1)), ("3", Key(3)), ("2", Key(2)), ("4", Key(4))),
        Is.EqualTo(["1", "2", "none", "3", "4", "5"]));

    [Test]
    public void A_key_beyond_the_last_level_is_of_the_last() =>
        Assert.That(Order(new(true), ("far", Key(1000)), ("5", Key(5)), ("4", Key(4))), Is.EqualTo(["4", "far", "5"]));

    [Test]
    public void Within_a_level_the_order_of_arrival_counts() =>
        Assert.That(Order(new(true), ("a", Key(2)), ("b", Key(2)), ("c", Key(1)), ("d", Key(2))), Is.EqualTo(["c", "a", "b", "d"]));

    [Test]
    public void A_small_tenant_does_not_wait_behind_a_large_one()
    {
        var order = Order(new(true), [.. Enumerable.Range(0, 100).Select(i => ($"large-{i}", Tenant("large"))), ("small-0", Tenant("small")), ("small-1", Tenant("small"))]);
        Assert.That((Array.IndexOf(order, "small-0"), Array.IndexOf(order, "small-1")), Is.EqualTo((1, 3)));
    }

    [Test]
    public void Tenants_take_turns_by_their_weights()
    {
        var tasks = Enumerable.Range(0, 60).Select(i => ("heavy", (Priority?)Tenant("heavy", 3))).Concat(Enumerable.Range(0, 60).Select(i => ("light", (Priority?)Tenant("light")))).ToArray();
        Assert.That(Order(new(true), tasks).Take(40).Count(name => name == "heavy"), Is.EqualTo(30).Within(1));
    }

    [Test]
    public void The_queues_weights_go_before_the_tasks()
    {
        var settings = new TaskQueueSettings(isFair: true);
        settings.Configure(new TaskQueueConfig { FairnessWeightOverrides = { ["light"] = 3 } });
        var tasks = Enumerable.Range(0, 60).Select(i => ("heavy", (Priority?)Tenant("heavy"))).Concat(Enumerable.Range(0, 60).Select(i => ("light", (Priority?)Tenant("light", 0.1f)))).ToArray();
        Assert.That(Order(settings, tasks).Take(40).Count(name => name == "light"), Is.EqualTo(30).Within(1));
    }

    [Test]
    public void A_tenant_that_was_away_has_no_turns_saved_up()
    {
        var backlog = new TaskBacklog(new(isFair: true));
        for (var i = 0; i < 50; i++)
        {
            backlog.Enqueue(Task($"a-{i}", Tenant("a")));
            backlog.TryDequeue(out _);
        }

        foreach (var tenant in new[] { "a", "b", "a", "b", "b", "b" })
        {
            backlog.Enqueue(Task(tenant, Tenant(tenant)));
        }

        Assert.That(Names(backlog.Drain()).Take(4), Is.EquivalentTo(["a", "b", "a", "b"]));
    }

    [Test]
    public void Priority_goes_before_fairness() => Assert.That(
        Order(new(true), ("low", new Priority { PriorityKey = 4, FairnessKey = "rare" }), ("a", Tenant("a")), ("b", Tenant("a"))), Is.EqualTo(["a", "b", "low"]));

    [Test]
    public void Where_fairness_is_off_the_order_of_arrival_counts() =>
        Assert.That(Order(new(false), ("a", Tenant("a")), ("b", Tenant("a")), ("c", Tenant("c"))), Is.EqualTo(["a", "b", "c"]));

    [Test]
    public void It_counts_by_level()
    {
        var backlog = new TaskBacklog(new(isFair: true));
        backlog.Enqueue(Task("a", null));
        Assert.That(backlog.CountByPriority(), Is.EqualTo(new Dictionary<int, int> { [3] = 1 }));
        backlog.Enqueue(Task("b", Key(1)));
        backlog.Enqueue(Task("c", Key(1)));
        Assert.That((backlog.Count, backlog.CountByPriority()[1], backlog.CountByPriority()[3]), Is.EqualTo((3, 2, 1)));
        backlog.TryDequeue(out _);
        backlog.TryDequeue(out _);
        Assert.That(backlog.CountByPriority().Keys, Is.EqualTo([3]));
    }

    private static Priority Key(int key) => new() { PriorityKey = key };

    private static Priority Tenant(string name, float weight = 0) => new() { FairnessKey = name, FairnessWeight = weight };

    private static QueuedWorkflowTask Task(string name, Priority? priority) => new(null!, name) { Priority = priority };

    private static IEnumerable<string> Names(IEnumerable<QueuedTask> tasks) => tasks.Cast<QueuedWorkflowTask>().Select(task => task.Stamp);

    private static string[] Order(TaskQueueSettings settings, params (string Name, Priority? Priority)[] tasks)
    {
        var backlog = new TaskBacklog(settings);
        foreach (var (name, priority) in tasks)
        {
            backlog.Enqueue(Task(name, priority));
        }

        return [.. Names(backlog.Drain())];
    }
}
