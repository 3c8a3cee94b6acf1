using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.Activities.Privacy;

namespace OrderOrchestration.Activities.Store.Keys;

/// <summary>Registers the protection of personal data with its key store (contract §6).</summary>
public static class PersonalDataServices
{
    /// <summary>
    /// Keys in PostgreSQL where <c>ConnectionStrings:Keys</c> is set, else in the SQLite file <c>keys.db</c> in <c>Data:Directory</c>; then, if no
    /// master key is configured, one is created in the file <c>master.key</c> in the same folder. If orders are in PostgreSQL the folder must be
    /// configured, because a file in a folder that is deleted with its container would lose every customer's key. A host that brings its own <see
    /// cref="IKeyWrapper"/> registers it before.
    /// </summary>
    public static IServiceCollection AddPersonalData(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(KeyDatabase)))
        {
            return services;
        }

        services.AddOptions<KeyRingOptions>().Bind(configuration.GetSection(KeyRingOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => Open(configuration));
        services.AddSingleton<IKeyStore, KeyStore>();
        services.AddSingleton<PrivacyAudit>();
        services.TryAddSingleton<IKeyWrapper>(_ => ConfiguredMasterKeys.Read(WithOwnMasterKey(configuration)));
        services.AddSingleton<IKeyRing, KeyRing>();
        services.AddSingleton(provider => new PersonalData(
            provider.GetRequiredService<IKeyRing>(), inClear: provider.GetService<PersonalDataInClear>() is not null));
        services.AddSingleton<IPersonalData>(provider => provider.GetRequiredService<PersonalData>());
        services.AddSingleton(provider => new PersonalDataConverter(provider.GetRequiredService<PersonalData>()));
        services.AddHostedService<KeyStoreCheck>();
        services.AddHostedService<MasterKeyRotation>();
        return services;
    }

    /// <summary>The key database that the configuration names; <c>null</c> if orders are in PostgreSQL and no place of their keys is configured.</summary>
    public static KeyDatabase? Find(IConfiguration configuration)
    {
        if (configuration.GetConnectionString("Keys") is { } postgreSql && !string.IsNullOrWhiteSpace(postgreSql))
        {
            return KeyDatabase.PostgreSql(postgreSql, configuration.GetValue<bool>(OrderStoreServices.UpgradesItself));
        }

        return string.IsNullOrWhiteSpace(configuration.GetConnectionString("Orders"))
            || configuration.GetValue<bool>(OrderStoreServices.UpgradesItself)
            || !string.IsNullOrWhiteSpace(configuration["Data:Directory"])
            ? KeyDatabase.Sqlite(Path.Combine(Directory(configuration), "keys.db"))
            : null;
    }

    private static KeyDatabase Open(IConfiguration configuration) => Find(configuration)
        ?? throw new InvalidOperationException(
            "ConnectionStrings:Keys is not set: the keys of customers' personal data need a database of their own, as the orders have one "
            + "(or Data:Directory names a lasting folder that every program shares).");

    private static IConfiguration WithOwnMasterKey(IConfiguration configuration) =>
        string.IsNullOrWhiteSpace(configuration.GetConnectionString("Keys"))
        && string.IsNullOrWhiteSpace(configuration[ConfiguredMasterKeys.CurrentSetting])
        && !configuration.GetSection(ConfiguredMasterKeys.KeysSection).GetChildren().Any()
        && !configuration.GetSection(ConfiguredMasterKeys.FilesSection).GetChildren().Any()
            ? new ConfigurationBuilder().AddInMemoryCollection(
                [new($"{ConfiguredMasterKeys.FilesSection}:embedded", EmbeddedMasterKey.Ensure(Directory(configuration)))]).Build()
            : configuration;

    private static string Directory(IConfiguration configuration) => configuration["Data:Directory"] ?? ".data";

    /// <summary>Checks the key database and the master keys before anything else starts; an error stops the program with a one-line message.</summary>
    private sealed class KeyStoreCheck(KeyDatabase database, IKeyStore keys, IKeyWrapper wrapper) : IHostedLifecycleService
    {
        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            await database.EnsureReadyAsync(cancellationToken);
            await wrapper.CheckAsync(keys, cancellationToken);
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
