using EmbeddedTemporal.Namespaces;
using EmbeddedTemporal.Persistence;
using Grpc.Core;
using OrderOrchestration.Tests.Server.Durability.Crashes;

namespace OrderOrchestration.Tests.Server.Durability;

/// <summary>Namespaces are what the store holds, also after a failed write.</summary>
public sealed class NamespaceDurabilityTests
{
    private static readonly TimeSpan Retention = TimeSpan.FromDays(3);

    [Test]
    public async Task A_namespace_that_was_not_stored_does_not_exist()
    {
        await using var disk = new InMemoryStore();
        var store = new CrashingStore(disk, closesDisk: false);
        var registry = new NamespaceRegistry(store);
        await registry.RegisterAsync(NamespaceRecord.Create("stored", "before", "", Retention));
        store.CrashAfter(commits: 0, written: false);

        await Assert.ThatAsync(() => registry.RegisterAsync(NamespaceRecord.Create("lost", "", "", Retention)), Throws.TypeOf<StoreException>());
        await Assert.ThatAsync(() => registry.UpdateAsync("stored", Described("after")), Throws.TypeOf<StoreException>());

        Assert.That(registry.Exists("lost"), Is.False);
        Assert.That(registry.Require("stored").Info.Description, Is.EqualTo("before"));
        Assert.That(new NamespaceRegistry(disk).All.Select(record => (record.Name, record.Info.Description)), Is.EqualTo(new[] { ("stored", "before") }));
    }

    [Test]
    public async Task Simultaneous_changes_of_a_namespace_are_all_kept()
    {
        await using var disk = new InMemoryStore();
        var registry = new NamespaceRegistry(disk);
        await registry.RegisterAsync(NamespaceRecord.Create("shared", "", "", Retention));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => registry.UpdateAsync("shared", record =>
        {
            var info = record.Info.Clone();
            info.Data[$"key-{i}"] = "value";
            return new(info, record.Config);
        })));

        Assert.That(registry.Require("shared").Info.Data, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task Only_the_first_registration_of_a_name_succeeds()
    {
        await using var disk = new InMemoryStore();
        var registry = new NamespaceRegistry(disk);
        var tries = Enumerable.Range(0, 8).Select(i => registry.RegisterAsync(NamespaceRecord.Create("once", $"{i}", "", Retention))).ToList();

        await Assert.ThatAsync(() => Task.WhenAll(tries), Throws.TypeOf<RpcException>().With.Property(nameof(RpcException.StatusCode)).EqualTo(StatusCode.AlreadyExists));
        Assert.That(tries.Count(registration => registration.IsCompletedSuccessfully), Is.EqualTo(1));
        Assert.That(registry.Require("once").Info.Description, Is.EqualTo("0"));
    }

    private static Func<NamespaceRecord, NamespaceRecord> Described(string description) => record =>
    {
        var info = record.Info.Clone();
        info.Description = description;
        return new(info, record.Config);
    };
}
