using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Keys;

namespace OrderOrchestration.Tests.Storage.Privacy;

/// <summary>Keys of customers: one each, wrapped, cached for a bounded time, destroyed for good.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class CustomerKeysTests(DatabaseKind kind) : StoreFixture(kind)
{
    private IKeyRing Ring => Store<IKeyRing>();

    [Test]
    public async Task A_customer_has_one_key_however_many_programs_ask_at_once()
    {
        var member = DataOwner.Member(NewName());
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? Ring : SecondStore<IKeyRing>()).OfAsync(member, default).AsTask()));
        Assert.That(keys.Select(key => key.Id).Distinct(), Has.Exactly(1).Items);
        Assert.That(await Ring.OfAsync(DataOwner.Member(NewName()), default), Is.Not.SameAs(keys[0]));
    }

    [Test]
    public async Task An_orders_key_is_its_customers_and_what_was_said_first_counts()
    {
        var (member, orderId) = (DataOwner.Member(NewName()), Orders.NewId());
        await Ring.AssignAsync(orderId, member, default);
        await SecondStore<IKeyRing>().AssignAsync(orderId, DataOwner.Guest(orderId), default);
        Assert.That((await SecondStore<IKeyRing>().OfAsync(DataOwner.CustomerOf(orderId), default)).Id, Is.EqualTo((await Ring.OfAsync(member, default)).Id));
    }

    [Test]
    public async Task An_order_that_nobody_claimed_to_know_has_a_key_of_its_own()
    {
        var orderId = Orders.NewId();
        var key = await Ring.OfAsync(DataOwner.CustomerOf(orderId), default);
        Assert.That((await SecondStore<IKeyRing>().OfAsync(DataOwner.Guest(orderId), default)).Id, Is.EqualTo(key.Id));
    }

    [Test]
    public async Task A_destroyed_key_is_gone_here_at_once_and_elsewhere_after_the_time_that_keys_are_cached()
    {
        var (member, orderId, clock) = (DataOwner.Member(NewName()), Orders.NewId(), new TicksClock());
        var elsewhere = NewProgram<IKeyRing>(clock);
        await Ring.AssignAsync(orderId, member, default);
        var key = await elsewhere.OfAsync(DataOwner.CustomerOf(orderId), default);

        await Ring.EraseAsync(member, [orderId], default);

        Assert.That((await Ring.FindAsync([key.Id], default))[key.Id].IsErased, Is.True);
        Assert.That((await elsewhere.FindAsync([key.Id], default))[key.Id].IsErased, Is.False, "cached");
        clock.Advance(new KeyRingOptions().CacheTime + TimeSpan.FromSeconds(1));
        Assert.That((await elsewhere.FindAsync([key.Id], default))[key.Id].IsErased, Is.True);
        Assert.That((await elsewhere.OfAsync(DataOwner.CustomerOf(orderId), default)).IsErased, Is.True, "nothing of it is encrypted any more");
        Assert.That((await elsewhere.OfAsync(member, default)).IsErased, Is.False, "who comes again is somebody new");
    }

    [Test]
    public async Task An_erased_customer_is_known_to_be_erased_even_if_it_never_had_a_key()
    {
        var member = DataOwner.Member(NewName());
        Assert.That(await Store<IKeyStore>().ErasedAtAsync(member.Name, default), Is.Null);
        await Ring.EraseAsync(member, [], default);
        var at = await Store<IKeyStore>().ErasedAtAsync(member.Name, default);
        await Ring.EraseAsync(member, [], default);
        Assert.That(at, Is.Not.Null.And.EqualTo(await Store<IKeyStore>().ErasedAtAsync(member.Name, default)));
    }

    [Test]
    public async Task Keys_are_fetched_together()
    {
        var owners = Enumerable.Range(0, 50).Select(_ => DataOwner.Member(NewName())).ToList();
        var ids = new List<string>();
        foreach (var owner in owners)
        {
            ids.Add((await Ring.OfAsync(owner, default)).Id);
        }

        await using var program = NewProgram(Configuration);
        var found = await program.GetRequiredService<IKeyRing>().FindAsync([.. ids, "unknown"], default);
        Assert.That(found.Keys, Is.EquivalentTo(ids));
    }

    [Test]
    public async Task A_rotation_wraps_every_key_anew_and_says_when_the_old_master_key_is_no_longer_needed()
    {
        var configuration = NewDatabase(Directory.CreateTempSubdirectory("keys-").FullName);
        var member = DataOwner.Member(NewName());
        string keyId, text;
        await using (var before = NewProgram(configuration))
        {
            await CheckAsync(before);
            var key = await before.GetRequiredService<IKeyRing>().OfAsync(member, default);
            (keyId, text) = (key.Id, key.Encrypt("phone", "\"010\""u8));
        }

        var both = With(configuration, ("Privacy:MasterKeys:second", Convert.ToBase64String(DataKey.NewSecret())), ("Privacy:CurrentMasterKey", "second"));
        var said = new Lines();
        await using (var during = NewProgram(both))
        {
            await CheckAsync(during);
            using var logs = LoggerFactory.Create(logging => logging.AddProvider(said));
            using var rotation = new MasterKeyRotation(
                during.GetRequiredService<IKeyStore>(), during.GetRequiredService<IKeyWrapper>(), TimeProvider.System, logs.CreateLogger<MasterKeyRotation>());
            Assert.That(await rotation.RotateAsync(default), Is.EqualTo(1));
            Assert.That(said.Written, Has.Exactly(1).Contains("master key first is no longer needed"));
            Assert.That(await rotation.RotateAsync(default), Is.Zero);
        }

        var second = With(both, ("Privacy:MasterKeys:first", null));
        await using var after = NewProgram(second);
        await CheckAsync(after);
        var same = (await after.GetRequiredService<IKeyRing>().FindAsync([keyId], default))[keyId];
        Assert.That(same.Decrypt("phone", text.AsSpan(text.LastIndexOf('.') + 1)), Is.EqualTo("\"010\""u8.ToArray()));
    }

    [Test]
    public async Task A_master_key_that_is_missing_or_another_is_named_in_one_line()
    {
        await Ring.OfAsync(DataOwner.Member(NewName()), default);
        await CheckAsync(Configuration);
        var other = ("Privacy:MasterKeys:second", Convert.ToBase64String(DataKey.NewSecret()));

        Assert.That(await RefusalAsync(With(Configuration, ("Privacy:MasterKeys:first", null), other)), Does.Contain("master key first is missing"));
        Assert.That(
            await RefusalAsync(With(Configuration, ("Privacy:MasterKeys:first", Convert.ToBase64String(DataKey.NewSecret())))),
            Does.Contain("master key first").And.Contains("other bytes"));
        Assert.That(await RefusalAsync(With(Configuration, other)), Does.Contain("Privacy:CurrentMasterKey"), "of two, one is named");
        Assert.That(await RefusalAsync(With(Configuration, ("Privacy:CurrentMasterKey", "third"))), Does.Contain("master key third"));
        Assert.That(await RefusalAsync(With(Configuration, ("Privacy:MasterKeys:first", "AAAA"))), Does.Contain("Privacy:MasterKeys:first").And.Contains("32 bytes"));

        static async Task<string> RefusalAsync(IConfiguration configuration)
        {
            try
            {
                await CheckAsync(configuration);
                return "nothing was refused";
            }
            catch (MasterKeyException refused)
            {
                Assert.That(refused.Message, Does.Not.Contain("\n"));
                return refused.Message;
            }
        }
    }

    private static async Task CheckAsync(IConfiguration configuration)
    {
        await using var program = NewProgram(configuration);
        await CheckAsync(program);
    }

    private static Task CheckAsync(ServiceProvider program) =>
        program.GetRequiredService<IKeyWrapper>().CheckAsync(program.GetRequiredService<IKeyStore>(), default);

    private static IConfiguration With(IConfiguration configuration, params (string Name, string? Value)[] settings)
    {
        var all = configuration.AsEnumerable().ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(all.Where(setting => setting.Value is not null)).Build();
    }

    private static string NewName() => Guid.NewGuid().ToString("N");

    /// <summary>Moves what elapses, too: the cache counts by it.</summary>
    private sealed class TicksClock : TimeProvider
    {
        private long ahead;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref ahead);

        public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
